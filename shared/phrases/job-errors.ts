/** Why work in a process of its own gave no result. */
export const jobPhrases = {
  jobInspecting: 'Inspecting the model',
  jobMaking: 'Making the variant',
  jobRanking: 'Ranking the parts of the model',
  jobComparingLayers: 'Comparing the layers',
  jobPruning: 'Analysing what can be pruned',
  jobDrawing: 'Drawing the graph of the model',
  jobImporting: 'Importing the dataset',
  jobComparingAnswers: 'Comparing the answers',
  jobCancelled: '{job} was cancelled.',
  jobTooLong: '{job} took longer than {time} and was ended.',
  anyJobCancelled: 'The job was cancelled.',
  jobOutOfMemory: 'its process ran out of memory; close other programs or use a smaller model.',
  jobEndedWithout: 'its process ended without a result (exit code {code}).',
  jobKilled: 'its process was killed (SIGKILL), most likely because the machine ran out of memory.',
  jobCrashed: 'its process crashed ({signal}).',
} as const;

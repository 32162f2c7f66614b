/** What a plan says: cells that can't run and the cure, what its time rests on, what to know before the night. */
export const planPhrases = {
  fixedBatch: "The batch of {model} is fixed at {fixed}, so it can't take {batch}.",
  applyDynamicBatch: 'Apply the recipe dynamic-batch.',
  unfitShape: 'The input "{input}" of {model} takes {taken}, which {shape} of inputShapes doesn\'t fit.',
  correctShapes: 'Correct inputShapes.',
  unfitDataset: 'The input "{input}" of {model} takes {taken}, which the examples of {dataset} ({shape}) don\'t fit.',
  otherDataset: 'Name a dataset that fits the model, or none.',
  noPlaceForBatch: 'The shapes of {model} leave no place for a batch of {batch}.',
  writeBatch: 'Write the word batch into inputShapes, as in {example}.',
  stoodTwice: '1 cell stood twice in the sweep and is measured once.',
  stoodMoreOften: '{cells} cells stood more than once in the sweep and are measured once.',
  sizesOpen: '{model} leaves sizes open; chosen at batch {batch}: {shapes}. State others with inputShapes.',
  oneCoreForThreads:
    'Cells with {threads} threads run, but this machine has 1 logical core: expect them to be slower and noisier.',
  coresForThreads:
    'Cells with {threads} threads run, but this machine has {cores} logical cores: expect them to be slower and noisier.',
  oneCoreForProcesses:
    'Cells with {processes} processes × threads run, but this machine has 1 logical core: the processes share them.',
  coresForProcesses:
    'Cells with {processes} processes × threads run, but this machine has {cores} logical cores: the processes share them.',
  leftOut: '{provider} is left out: {why}',
  nothingJudged:
    'The sweep states what to accept, but has no variants: only variants are judged against their original.',
  nothingToRun: 'nothing to run',
  basisOfOne: '1 cell: {basis}',
  basisOfSome: '{cells} cells: {basis}',
  midwayAlone: 'no earlier runs: midway between the shortest and the longest warm-up and measuring',
  midway: 'no earlier runs, midway between the shortest and the longest warm-up and measuring',
  oneSameRun: '1 earlier run of these cells',
  sameRuns: '{runs} earlier runs of these cells',
  oneSimilarRun: '1 earlier run of the same models, providers and batch sizes under other settings',
  similarRuns: '{runs} earlier runs of the same models, providers and batch sizes under other settings',
  heldUp: '"{sweep}" is due, but {why}.',
  waitsForMains: 'the machine runs on battery and it waits for mains power',
  waitsForIdle: 'other work takes {share} of the processor and it waits for less than {limit}',
  waitsForCool: 'the processor has {temperature} °C and it waits for less than {limit} °C',
} as const;

/** Where the inputs of a measurement came from. */
export const inputSourcePhrases = {
  randomInputs: 'random, seed {seed}',
  datasetInputs: 'dataset {dataset}',
  datasetAndRandomInputs: 'dataset {dataset}; the other inputs random, seed {seed}',
} as const;

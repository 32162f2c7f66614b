/** What to know of the facts of a model, and how far its inspection is. */
export const inspectionPhrases = {
  sizesNotRun: 'Some sizes depend on data, and the model was not run for them.',
  sizesTooLarge: 'Some sizes depend on data, and the model is too large to be run for them.',
  sizesByRunning: 'Some sizes depend on data; one run on zeros showed them.',
  sizesRunFailed: 'Some sizes depend on data, and a run on zeros failed: {reason}',
  macsSizesLate: 'Multiply-accumulates are not counted: sizes at a {operator} are known only while the model runs.',
  macsNoFormula: 'Multiply-accumulates are not counted: there is no formula for {operator} or its sizes are unknown.',
  ifBranchImpossible: 'Of an If, a branch that can not run at these sizes is left out.',
  ifLargerBranch: 'Of each If, the branch with more multiply-accumulates is counted.',
  macsOutsideUnknown:
    'Multiply-accumulates are not counted: what a subgraph takes from outside has no known type or shape.',
  scanUnknown: 'A Scan runs over a length that is not known; its multiply-accumulates are not counted.',
  readingFile: 'Reading the file',
  askingShapes: 'Asking ONNX Runtime for the shapes',
  countingMacs: 'Counting multiply-accumulates',
} as const;

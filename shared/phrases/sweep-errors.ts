/** Why a sweep can't be planned, queued or gone on with. */
export const sweepPhrases = {
  noModelNamed: 'There is no model "{reference}".',
  noRecipeNamed: 'There is no recipe "{reference}".',
  variantNeedsData: 'The recipe "{recipe}" needs calibration data; name a dataset, as in "dataset: digits".',
  maxDropNeedsLabels: 'accept.maxDrop is judged by accuracy; name a dataset with labels, or use accept.minSnrDb.',
  noDatasetButNear: 'There is no dataset "{name}"; did you mean "{meant}"?',
  noSuchInput: 'No model of the sweep has an input "{name}"; their inputs are: {inputs}.',
  noInputButNear: 'No model of the sweep has an input "{name}"; did you mean "{meant}"?',
  providerNotBuilt: 'The provider {name} is not in this build of ONNX Runtime.',
  chooseOtherProvider: 'Choose another provider; `crivo doctor` lists those that work.',
  endsBeforeStart: 'The sweep would end before it could start; choose a later end.',
  pathWithoutFolder: '"{path}" is a path, and this specification has no folder; name a model or recipe of the library.',
  pathWithoutModel: '{reference} holds no ONNX model; check the path.',
  sweepTooLargeInOne:
    'The sweep has {cells} cells in 1 round, and a sweep may hold {mostCells} cells and {mostRuns} runs; split it into several.',
  sweepTooLarge:
    'The sweep has {cells} cells in {rounds} rounds, and a sweep may hold {mostCells} cells and {mostRuns} runs; split it into several.',
  overDiskBudget:
    'The data folder takes {used}, the sweep may add {needed}, and the settings allow {budget}: allow more, or let old samples go.',
  diskAlmostFull:
    'The sweep may add {needed} to the data folder and its disk has {free} left: free some space, or let old samples go in the settings.',
  suchAs: 'such as: {reason}',
  queueStopped: 'The queue stopped: {why}',
  queueClosing: 'The queue is closing; start Crivo again to go on.',
  queueAtWork: 'The queue is at work; wait until it is done, or pause it, and try again.',
  measuringCancelled: 'Measuring was cancelled; what was measured is kept.',
  modelOfCellGone: 'The model of this cell is no longer in the library; add it again.',
  recipeChanged: 'The recipe "{recipe}" has changed since the sweep was planned; queue the sweep again.',
  datasetOfCellGone: 'The dataset "{dataset}" is no longer there; import it again.',
} as const;

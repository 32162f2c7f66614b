/** Why a pass cannot do its work on a model. */
export const passErrorPhrases = {
  modelEmpty: 'The model has no operators; there is nothing to optimize.',
  makingCancelled: 'Making the variant was cancelled.',
  calibrationMissing:
    "The dataset {dataset} can't be read: {path} is missing; put the file back or choose another dataset.",
  calibrationRefused:
    "The dataset {dataset} can't be read: {path} was refused ({code}); put the file back or choose another dataset.",
  calibrationNaN: 'The dataset {dataset} holds NaN or infinite values near example {example}; clean it and try again.',
  calibratingOn: 'Calibrating on example {example} of {count}',
  calibrationCancelled: 'Calibration was cancelled.',
  calibrationEmpty: 'Dataset "{dataset}" gave no example to calibrate on.',
  rangeNaN:
    'Tensor "{tensor}" became NaN or infinite on the calibration data, so it has no range; check the data\'s scale or exclude the node.',
  rangeMissing: 'No range was measured for tensor "{tensor}".',
  shapesDiffer:
    'With fixed shapes, output "{output}" differs from the original\'s in a trial run; use the model as it is.',
  noMadeUpValues: 'Input "{input}" is of type {type}, for which no values can be made up.',
  batchDynamicAlready: 'The batch of the model is dynamic already; use it as it is.',
  noBatchDimension: 'No input of the model has a batch dimension.',
  batchNotFreed: "The batch can't be made dynamic: {reason}; export the model with a dynamic batch.",
  mixesBatch: '{operator} "{node}" mixes the batch of {size} into its sizes',
  trialOutput: 'in a trial run output "{output}" {how}',
  growsNot: 'does not grow with the batch',
  hasOtherShape: 'has shape [{actual}] instead of [{expected}]',
  differsBy: 'differs by {relative} of its largest value',
  nothingForHalf: 'There is nothing to convert to float16 in the model: {reason}.',
  arithmeticInSubgraphs: 'all its arithmetic is inside subgraphs (If, Loop or Scan), which are left as they are',
  allStayFloat: 'all its operators must stay float32',
  noFloatTensors: 'it has no float32 tensors; it may have been converted or quantized already',
  weightNaN: 'Weight "{weight}" holds NaN or infinite values and can\'t be quantized; exclude it or mend the model.',
  modelOpsetTooOld:
    'The model uses opset {opset}, which has no integer operators; export it at opset {oldest} or newer.',
  resizesComputed: 'Node "{node}" resizes by computed factors at opset {opset}; export the model at opset 11 or newer.',
  hasQuantizedNodes:
    'The model is quantized already (it has {operator} nodes); choose the model that it was made from.',
  pruneTheOriginal:
    'The model is quantized already ({form}); prune the model it was made from, then quantize the result.',
  pruneOriginalOf: '"{model}" is quantized already ({quantization}); prune the model it was made from.',
  applyToOriginal: '"{model}" is quantized already ({quantization}); apply "{recipe}" to the model it was made from.',
} as const;

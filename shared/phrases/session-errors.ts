/** Why ONNX Runtime or a cell's process does not do what it should. */
export const sessionErrorPhrases = {
  cellCancelled: 'The cell was cancelled.',
  coresNotChosen: 'this system lets no process choose its cores',
  shapeDynamic: 'The input "{input}" has the dynamic shape [{shape}]; give its sizes under inputShapes.',
  typeNotFed: 'The input "{input}" takes {type}, which can\'t be fed here; export the model with another element type.',
  inputNotAmong: 'its input "{input}" is not among the variant\'s',
  batchFixedAt: 'its batch is fixed at {size}',
  noResult: 'The cell ended without a result; run it again.',
  noAnswer: '{title} ended without an answer; try again.',
  listOfProviders: 'The list of providers',
  unknownOperatorAt:
    'The model uses the operator "{operator}", which ONNX Runtime doesn\'t know at opset {opset}; export it with standard operators.',
  unknownOperator:
    'The model uses the operator "{operator}", which ONNX Runtime doesn\'t know; export it with standard operators.',
  unknownOperatorOf:
    'The model uses the operator "{operator}" of the domain "{domain}", which ONNX Runtime doesn\'t know; export it with standard operators.',
  domainNotImported:
    'The model uses operators of the domain "{domain}" without importing it, and ONNX Runtime doesn\'t know them; export it with standard operators.',
  noKernel:
    'ONNX Runtime has no kernel for {operator} (opset {opset}); export it with other element types or run it on another provider.',
  noKernelOfNode:
    'ONNX Runtime has no kernel for {operator} (opset {opset}) with the element types of node "{node}"; export it with other element types or run it on another provider.',
  runtimeOpsetTooNew:
    'The model needs opset {opset}, and ONNX Runtime goes up to {newest}; export it with opset {newest} or lower.',
  runtimeIrTooNew:
    "The model's file format is IR version {version}, and ONNX Runtime goes up to {newest}; export it with an older version.",
  notAModel: 'ONNX Runtime finds the file damaged or not an ONNX model; export it again.',
  optimizedUnwritten:
    "ONNX Runtime can't write the optimized model: the disk is full or refuses to take more; free some space and try again.",
  modelFileGone: "The model file {path} doesn't exist; add the model again.",
  runtimeGraphCycle: "The model's graph has a cycle; export it again.",
  memoryRefused: 'ONNX Runtime could not get {size} MB of memory; use a smaller batch or model.',
  librariesMissing: "ONNX Runtime's libraries for the provider {provider} are not installed here.",
  runtimeWithoutProvider: 'This build of ONNX Runtime does not contain the provider {provider}.',
  cantRun: "ONNX Runtime can't run the model: {why}",
  cantLoad: "ONNX Runtime can't load the model: {why}",
} as const;

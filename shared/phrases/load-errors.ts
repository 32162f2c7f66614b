/** Why ONNX Runtime can't load a model. */
export const loadPhrases = {
  irTooNew:
    '{label} has IR version {version}, and ONNX Runtime reads up to {newest}; export it with an older version of onnx.',
  opsetTooNew:
    '{label} uses operator set {opset}, and ONNX Runtime knows up to {newest}; export it with opset_version={option} or less.',
  noGraph: 'The file holds no graph; it is not a complete ONNX model.',
  operatorUnknown:
    '{label} uses the operator "{operator}", which operator set {version} of ONNX does not have; export it with standard operators.',
  operatorOfUnknownDomain:
    '{label} uses the operator "{operator}" of the domain "{domain}", which ONNX Runtime does not know; export it with standard operators.',
  operatorOfMissingDomain:
    '{label} uses the operator "{operator}" of the domain "{domain}", which it does not import and ONNX Runtime does not know; export it with standard operators.',
  graphCycle: "{label} holds a graph with a cycle, which can't be computed; export the model again.",
  tensorUnmade: '{label} reads the tensor "{name}", which nothing in it makes; export the model again.',
  unloadable: "ONNX Runtime can't load {label}: {reason}.",
  cycleThrough: 'The graph has a cycle through node "{node}".',
} as const;

/** What the passes that quantize did to a model and its nodes, and why they left nodes alone. */
export const quantizationPhrases = {
  quantizedStatic:
    '{done} of {all} quantized (weights {weights}; activations {activations}), {others} with them; ranges by {method} on {examples}.',
  quantizedDynamic: '{nodes} quantized (weights {weights}; activations uint8 as they come).',
  typePerChannel: '{type} per channel',
  typeOf7Bits: '{type}, 7 bits',
  quantizedInBlocks: '{nodes} with weights of {bits} bits in blocks of {size}.',
  quantizedInSymmetricBlocks: '{nodes} with weights of {bits} bits in symmetric blocks of {size}.',
  allInSubgraphs: 'Nothing to quantize: all operators are inside subgraphs.',
  nothingQuantizable:
    'Nothing to quantize: the model has no {what} that is not excluded; the reasons stand at the nodes.',
  floatProducts: 'convolution or product with constant float32 weights',
  floatProductsOrLstms: 'product, LSTM or lookup with constant float32 weights',
  floatProductsOrLookups: 'product or lookup with constant float32 weights',
  outputsFarOff:
    "The outputs are far from the parent's on the calibration data (signal-to-noise ratio {snr} dB): check the accuracy, and exclude sensitive nodes.",
  outputsNotFinite: 'The outputs are NaN or infinite on the calibration data: check the data and its scale.',
  gainsNothing: 'its layers are too small or too mixed with float operators to gain from integers',
  biasClipped: 'Bias "{bias}" was clipped: it is too large beside its weights for 32 bits; exclude its node.',
  stepsCoarser: 'Weight "{weight}" has coarser steps, so that a large bias beside it fits 32 bits.',
  signedWithoutVnni: 'This CPU has no VNNI: int8 with signed activations is often slower than float32 here.',
  sevenBitsStatic:
    'This CPU has no VNNI: weights use 7 bits so that sums do not overflow; int8 gains little speed here, and accuracy on other CPUs may differ.',
  mayOverflowStatic:
    'This CPU has no VNNI: 8-bit weights may overflow with unsigned activations; set reduceRange to on.',
  sevenBits: 'This CPU has no VNNI: weights use 7 bits so that sums do not overflow; int8 gains little speed here.',
  mayOverflow: 'This CPU has no VNNI: 8-bit weights may overflow; set reduceRange to on.',
  signedActivations:
    'Signed activations are slower than unsigned ones on this CPU (VNNI multiplies unsigned by signed).',
  unsignedWeights: 'Unsigned weights are slower than signed ones on this CPU (VNNI multiplies unsigned by signed).',
  blocksOnlyHere:
    'MatMulNBits and GatherBlockQuantized are operators of ONNX Runtime: other runtimes cannot load the file.',
  slowAccuracyLevel:
    '8-bit weights at accuracy level {level} are turned to floats at each run, which is many times slower; level 4 computes with integers.',
} as const;

/** What passes sum up of what they did, and what they warn of; pruning has phrases of its own. */
export const passReportPhrases = {
  inNormalForm: 'The graph was in normal form already; nothing changed.',
  normalized:
    '{nodes} became {after}: {constants} made initializers, {identities} and {unused} removed, {computed} computed ahead, {scales} folded into convolutions.',
  noPattern: 'None of the patterns is in the model; nothing changed.',
  streamlined: 'Rewritten with equal value: {activations}, {constants} after them and {gates}.',
  graphOptimized: "{nodes} became {after} at ONNX Runtime's level {level}.",
  operatorCounts: '{before} before, {after} after',
  allOf: 'all nodes of {operator}',
  blockedLayout:
    "{nodes} use the NCHWc layout of this processor's vector width: use the file on processors like this one only, with ONNX Runtime on the CPU.",
  layoutByProcessor:
    'Level {level} may choose what suits this processor; on another kind of processor the file can be slower than the original.',
  ownOperators: "{nodes} are ONNX Runtime's own operators (com.microsoft): other runtimes can't load the file.",
  convertedToFloat16: '{converted} of {nodes} compute in float16 with {casts} around them; {kept} stay float32.',
  oneWeightNotFinite: '1 weight of the original is NaN.',
  weightsNotFinite: '{count} weights of the original are NaN.',
  oneWeightClamped: '1 weight beyond ±65504 was clamped to it.',
  weightsClamped: '{count} weights beyond ±65504 were clamped to it.',
  oneOverflow:
    'On real data 1 tensor goes beyond ±65504 (up to {magnitude} in "{tensor}"), which becomes infinity where a processor computes in float16: keep these nodes in float32 (keepNodes: {nodes}).',
  overflows:
    'On real data {count} tensors go beyond ±65504 (up to {magnitude} in "{tensor}"), which becomes infinity where a processor computes in float16: keep these nodes in float32 (keepNodes: {nodes}).',
  float16NotFinite:
    'On real data the float16 model gives NaN or infinity in {outputs} where the original does not: keep the operators before it in float32 (keepOperators, keepNodes).',
  noFloat16:
    'This CPU has no float16 arithmetic that ONNX Runtime uses: it casts to float32 and back, and the model is often slower here than the original.',
  someFloat16: 'not all operators have float16 arithmetic here',
  castsFloat16: 'this CPU has no float16 arithmetic that ONNX Runtime uses, so it casts to float32 and back',
  slowerThanParent: 'The variant is slower than its parent on this CPU ({times}): {why}.',
  notFoundFaster:
    'The variant was not found to be faster than its parent on this CPU ({times}): measure both in a sweep before you choose it for its speed.',
  timesOfParent: '{ratio} times its latency at batch 1, one thread; 95% interval {low} to {high}',
  batchFreed: 'The batch, fixed at {size} before, is dynamic ({symbol}) in {inputs}; {nodes} rewritten.',
  batchFreedAndVerified:
    'The batch, fixed at {size} before, is dynamic ({symbol}) in {inputs}; {nodes} rewritten, verified with a batch of {rows}.',
  batchNotVerified: 'The result was not verified by running, because verify is off.',
  sizesFixed: '{sizes} of the inputs fixed, {open} left dynamic: {inputs}.',
  oneSizeOpen: '1 size of the inputs is still dynamic; state it with sizes.',
  someSizesOpen: '{count} sizes of the inputs are still dynamic; state them with sizes.',
} as const;

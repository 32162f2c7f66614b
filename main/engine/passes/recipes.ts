import type { Recipe } from '../../../shared/recipe.ts';

const normalize = { pass: 'normalize' };
/** ONNX Runtime's fast convolutions take blocks of 8 channels: with counts in between, less arithmetic can be slower. */
const wholeBlocks = { global: true, roundTo: 8 };

/** The recipes that everyone has; passes appear with only the options that differ from their defaults. */
export const builtInRecipes: readonly Recipe[] = [
  {
    name: 'streamlined',
    description:
      'Float arithmetic in forms of equal value that are faster on a CPU: folded scales, activations and gates. For convolutional networks.',
    passes: [normalize, { pass: 'streamline' }],
  },
  {
    name: 'fp16',
    description: 'Half precision: half the size; faster on processors with float16 arithmetic, often slower on a CPU.',
    passes: [normalize, { pass: 'convert-to-float16' }],
  },
  {
    name: 'int8-static',
    description: 'Weights and activations in 8 bits, ranges measured on a dataset. For convolutional networks.',
    passes: [normalize, { pass: 'quantize-static' }],
  },
  {
    name: 'int8-dynamic',
    description:
      'Weights in 8 bits, activations quantized as they come; needs no data. For transformers, LSTMs and other models of matrix products.',
    passes: [normalize, { pass: 'quantize-dynamic' }],
  },
  {
    name: 'int4-weights',
    description:
      'Weights of matrix products in 4 bits, activations in float32. For language models and other large products.',
    passes: [normalize, { pass: 'quantize-weights' }],
  },
  {
    name: 'int8-weights',
    description: 'As int4-weights in 8 bits: twice the size, closer to the original.',
    passes: [normalize, { pass: 'quantize-weights', options: { bits: 8 } }],
  },
  {
    name: 'graph-basic',
    description: "ONNX Runtime's portable graph optimizations, saved ahead of time.",
    passes: [{ pass: 'optimize-graph', options: { level: 'basic' } }],
  },
  {
    name: 'graph-extended',
    description: "Also fuses operators into ONNX Runtime's own; runs in ONNX Runtime only.",
    passes: [{ pass: 'optimize-graph', options: { level: 'extended' } }],
  },
  {
    name: 'graph-all',
    description: 'Also lays data out for this kind of processor; runs in ONNX Runtime, on processors like this one.',
    passes: [{ pass: 'optimize-graph', options: { level: 'all' } }],
  },
  {
    name: 'dynamic-batch',
    description: 'Lets a model with a fixed batch take any, and proves it by running.',
    passes: [{ pass: 'normalize', options: { foldScales: false } }, { pass: 'make-batch-dynamic' }],
  },
  {
    name: 'prune-25',
    description: 'Removes channels worth a quarter of the arithmetic, and repairs the rest on calibration data.',
    passes: [normalize, { pass: 'prune-channels', options: { ratio: 0.25, ...wholeBlocks } }],
  },
  {
    name: 'prune-50',
    description: 'Removes channels worth half of the arithmetic, and repairs the rest on calibration data.',
    passes: [normalize, { pass: 'prune-channels', options: { ratio: 0.5, ...wholeBlocks } }],
  },
  {
    name: 'prune-to-latency',
    description:
      'Removes channels until the latency measured here is 30% lower, and repairs the rest on calibration data. What goes depends on this machine.',
    passes: [normalize, { pass: 'prune-channels', options: { ratio: 0.3, target: 'latency', ...wholeBlocks } }],
  },
  {
    name: 'prune-50-int8-static',
    description: 'As prune-50, then weights and activations in 8 bits. For convolutional networks.',
    passes: [
      normalize,
      { pass: 'prune-channels', options: { ratio: 0.5, ...wholeBlocks } },
      { pass: 'quantize-static' },
    ],
  },
  {
    name: 'prune-2-4',
    description: 'Zeroes two of every four weights: for hardware that skips zeros; no speed on a CPU.',
    passes: [normalize, { pass: 'prune-weights', options: { pattern: '2:4' } }],
  },
];

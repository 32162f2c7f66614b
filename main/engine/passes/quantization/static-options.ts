import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import { defaultOperators, operatorKinds } from './operators.ts';
import { excludeOption } from './select-nodes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export const staticOptions = z.strictObject({
  method: z
    .enum(['percentile', 'minmax', 'entropy'])
    .default('percentile')
    .describe(
      'How ranges come from the data: all but the rarest values (percentile), all values (minmax), or the range that changes the distribution least (entropy).',
    ),
  percentile: z.number().min(50).max(100).default(99.999).describe('Share of values that percentile keeps, in %.'),
  bins: z
    .int()
    .min(128)
    .max(65_536)
    .nullable()
    .default(null)
    .describe(
      'Bins of the histograms; left out, 2048 for percentile and 128 for entropy, which loses accuracy with more.',
    ),
  levels: z.int().min(16).max(1_024).default(128).describe('Levels that entropy merges the bins to.'),
  movingAverage: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Weight of each new example in a moving average of the extremes; 0 takes the extremes of all (minmax).'),
  calibrationCount: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Examples to calibrate on at most; all of the calibration set where left out.'),
  activationType: z
    .enum(['auto', 'uint8', 'int8'])
    .default('auto')
    .describe('Integers of activations; auto takes what is fast on this CPU.'),
  weightType: z.enum(['auto', 'int8', 'uint8']).default('auto').describe('Integers of weights; auto as above.'),
  perChannel: z.boolean().default(true).describe('A scale for each output channel of a weight: more accurate.'),
  reduceRange: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      '7 instead of 8 bits for weights; auto does so on CPUs whose 8-bit products overflow (x86 without VNNI).',
    ),
  symmetricActivations: z.boolean().default(false).describe('Activation ranges the same on both sides of zero.'),
  symmetricWeights: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('Weight ranges the same on both sides of zero; auto for signed types. Channels always are.'),
  floatIslands: z
    .boolean()
    .default(true)
    .describe(
      'Leave depthwise convolutions that stand between float operators in float: faster and more accurate than turning values to integers and back.',
    ),
  operators: z
    .array(z.string())
    .default([])
    .describe(`Operators to quantize; none named means ${defaultOperators.join(', ')}.`),
  exclude: excludeOption,
});

export type StaticOptions = z.output<typeof staticOptions>;

/** Whether 8-bit products of this CPU overflow 16 bits: x86 (it has AVX2, or none) without VNNI. microsoft/onnxruntime#5849, #6004. */
export const overflows = (isa: readonly string[]): boolean =>
  !isa.some((extension) => extension.includes('vnni') || ['neon', 'dotprod', 'i8mm'].includes(extension));

/** The options with every `auto` decided for a CPU. Raises `invalid-input` where the choices contradict each other. */
export function resolveStatic(
  options: StaticOptions,
  isa: readonly string[],
): StaticOptions & { readonly bins: number } {
  const activationType = options.activationType === 'auto' ? 'uint8' : options.activationType;
  const weightType = options.weightType === 'auto' ? 'int8' : options.weightType;
  if (activationType === 'int8' && weightType === 'uint8') {
    throw new CrivoError('invalid-input', say('noSignedKernel'));
  }
  const unknown = options.operators.find((operator) => operatorKinds[operator] === undefined);
  if (unknown !== undefined) {
    throw new CrivoError(
      'invalid-input',
      say('noEightBitOperator', { operator: unknown, operators: Object.keys(operatorKinds).join(', ') }),
    );
  }
  const saturates = activationType === 'uint8' && weightType === 'int8' && overflows(isa);
  return {
    ...options,
    bins: options.bins ?? (options.method === 'entropy' ? 128 : 2_048),
    activationType,
    weightType,
    reduceRange: options.reduceRange === 'auto' ? (saturates ? 'on' : 'off') : options.reduceRange,
    symmetricWeights:
      options.symmetricWeights === 'auto' ? (weightType === 'int8' ? 'on' : 'off') : options.symmetricWeights,
    operators: options.operators.length === 0 ? [...defaultOperators] : [...options.operators],
  };
}

/** What to know about the choices on this CPU, each a sentence. */
export function cpuWarnings(options: StaticOptions, isa: readonly string[]): string[] {
  const warnings: string[] = [];
  if (overflows(isa)) {
    warnings.push(
      options.activationType === 'int8'
        ? say('signedWithoutVnni')
        : options.reduceRange === 'on'
          ? say('sevenBitsStatic')
          : say('mayOverflowStatic'),
    );
  } else if (options.activationType === 'int8' && isa.some((extension) => extension.includes('vnni'))) {
    warnings.push(say('signedActivations'));
  } else if (options.weightType === 'uint8' && isa.some((extension) => extension.includes('vnni'))) {
    warnings.push(say('unsignedWeights'));
  }
  return warnings;
}

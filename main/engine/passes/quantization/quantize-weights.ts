import { z } from 'zod';
import { counted } from '../node-report.ts';
import { definePass } from '../pass.ts';
import { compareWithParent } from './compare-with-parent.ts';
import { nothingToQuantize } from './nothing-to-quantize.ts';
import { rewriteNodes } from './rewrite-nodes.ts';
import { excludeOption, exclusionOf, refuseQuantized } from './select-nodes.ts';
import { blockParts, blockRules } from './write-blocks.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

const options = z.strictObject({
  bits: z.int().min(4).max(8).multipleOf(4).default(4).describe('Bits of a weight: 4 or 8.'),
  blockSize: z
    .int()
    .min(16)
    .max(256)
    .refine((size) => Number.isInteger(Math.log2(size)), 'it must be a power of two')
    .default(32)
    .describe('Weights that share a scale: 16, 32, 64, 128 or 256. Fewer are more accurate and take more room.'),
  symmetric: z
    .boolean()
    .default(true)
    .describe(
      'Steps the same on both sides of zero: no zero points; off is more accurate where weights lie to one side.',
    ),
  accuracyLevel: z
    .int()
    .min(0)
    .max(4)
    .default(4)
    .describe(
      'Least precision of the arithmetic: 0 as ONNX Runtime likes, 1 float32, 2 float16, 3 bfloat16, 4 int8 (fastest on CPUs).',
    ),
  operators: z
    .array(z.enum(['MatMul', 'Gemm', 'Gather']))
    .min(1)
    .default(['MatMul', 'Gemm', 'Gather'])
    .describe('Operators whose weights are quantized.'),
  exclude: excludeOption,
});

/** Weights in blocks of 4 or 8 bits; activations stay float32. */
export const quantizeWeights = definePass({
  name: 'quantize-weights',
  title: say('titleWeights'),
  description:
    'Weights of products and lookups are kept in blocks of 4 or 8 bits, activations stay float: much smaller, and faster where reading weights is what takes the time, as in language models. Runs in ONNX Runtime only.',
  family: 'quantization',
  version: 1,
  needsCalibrationData: false,
  dataDecidesBytes: false,
  options,
  async apply(original, { exclude, operators, bits, ...chosen }, context) {
    refuseQuantized(original);
    const choice = { ...chosen, bits: bits === 8 ? 8 : 4 } as const;
    const selected: ReadonlySet<string> = new Set(operators);
    const { graph, taken, nodes } = rewriteNodes(original, blockRules, blockParts(choice), {
      excluded: exclusionOf(original, exclude),
      operators: selected,
      domains: ['com.microsoft'],
    });
    if (taken.length === 0) return nothingToQuantize(original, nodes, selected, say('floatProductsOrLookups'));
    context.progress(0.8, say('comparingOriginal'));
    const effect = await compareWithParent(original, graph, context);
    return {
      graph,
      report: {
        summary: say(chosen.symmetric ? 'quantizedInSymmetricBlocks' : 'quantizedInBlocks', {
          nodes: counted(taken.length, 'Node'),
          bits,
          size: chosen.blockSize,
        }),
        nodes,
        warnings: [...choiceWarnings(choice), ...effect.warnings],
        figures: { nodes_quantized: taken.length, ...effect.figures },
      },
    };
  },
});

function choiceWarnings({ bits, accuracyLevel }: { readonly bits: 4 | 8; readonly accuracyLevel: number }): string[] {
  const portability = say('blocksOnlyHere');
  if (bits === 4 || accuracyLevel === 4) return [portability];
  return [portability, say('slowAccuracyLevel', { level: accuracyLevel })];
}

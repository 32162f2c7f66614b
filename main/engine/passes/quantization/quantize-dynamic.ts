import { z } from 'zod';
import { definePass } from '../pass.ts';
import { counted } from '../node-report.ts';
import { compareWithParent } from './compare-with-parent.ts';
import { describeWeights } from './describe-weights.ts';
import { dynamicParts } from './dynamic-writer.ts';
import { nothingToQuantize } from './nothing-to-quantize.ts';
import { raiseOpset } from './raise-opset.ts';
import { rewriteNodes } from './rewrite-nodes.ts';
import { excludeOption, exclusionOf, refuseQuantized } from './select-nodes.ts';
import { overflows } from './static-options.ts';
import { dynamicRules } from './write-dynamic.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

const options = z.strictObject({
  operators: z
    .array(z.enum(['MatMul', 'Gemm', 'LSTM', 'Gather', 'Conv']))
    .min(1)
    .default(['MatMul', 'Gemm', 'LSTM', 'Gather'])
    .describe('Operators to quantize. Conv is left out unless named: it is slower so than in float32 on most CPUs.'),
  weightType: z
    .enum(['auto', 'int8', 'uint8'])
    .default('auto')
    .describe('Integers of weights; auto takes what is fast and accurate on this CPU.'),
  convolutionWeightType: z
    .enum(['auto', 'int8', 'uint8'])
    .default('auto')
    .describe('The same for convolutions; auto takes uint8, which ONNX Runtime multiplies several times faster.'),
  perChannel: z.boolean().default(true).describe('A scale for each output channel of a weight: more accurate.'),
  reduceRange: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('7 instead of 8 bits for weights; auto does so where signed 8-bit products overflow (x86 without VNNI).'),
  exclude: excludeOption,
});
type Options = z.output<typeof options>;

function resolve(written: Options, isa: readonly string[]): Options {
  const weightType = written.weightType === 'auto' ? 'int8' : written.weightType;
  const saturates = weightType === 'int8' && overflows(isa);
  const reduceRange = written.reduceRange === 'auto' ? (saturates ? 'on' : 'off') : written.reduceRange;
  const convolutionWeightType = written.convolutionWeightType === 'auto' ? 'uint8' : written.convolutionWeightType;
  return { ...written, weightType, convolutionWeightType, reduceRange };
}

/** Dynamic 8-bit quantization: weights ahead of time, activations as they come. */
export const quantizeDynamic = definePass({
  name: 'quantize-dynamic',
  title: say('titleDynamic'),
  description:
    'Weights become 8-bit integers; each activation is quantized by its own range when it comes. Needs no data. For transformers, LSTMs and other models of matrix products.',
  family: 'quantization',
  version: 2,
  needsCalibrationData: false,
  dataDecidesBytes: false,
  options,
  resolveForCpu: resolve,
  async apply(original, written, context) {
    refuseQuantized(original);
    const chosen = resolve(written, context.isa);
    const excluded = exclusionOf(original, chosen.exclude);
    const type = chosen.weightType === 'uint8' ? 'uint8' : 'int8';
    const choice = { type, perChannel: chosen.perChannel, reduceRange: chosen.reduceRange === 'on' } as const;
    const operators: ReadonlySet<string> = new Set(chosen.operators);
    const convolutionType = chosen.convolutionWeightType === 'int8' ? 'int8' : 'uint8';
    const parts = dynamicParts({ ...choice, convolutionType });
    const { graph, taken, nodes } = rewriteNodes(raiseOpset(original), dynamicRules, parts, {
      excluded,
      operators,
      domains: operators.has('LSTM') ? ['com.microsoft'] : [],
    });
    if (taken.length === 0) return nothingToQuantize(original, nodes, operators, say('floatProductsOrLstms'));
    context.progress(0.7, say('comparingOriginal'));
    const effect = await compareWithParent(original, graph, context);
    const weights = describeWeights(type, choice.perChannel, choice.reduceRange);
    const summary = say('quantizedDynamic', { nodes: counted(taken.length, 'Node'), weights });
    return {
      graph,
      report: {
        summary,
        nodes,
        warnings: [...cpuWarnings(chosen, context.isa), ...effect.warnings],
        figures: { nodes_quantized: taken.length, ...effect.figures },
      },
    };
  },
});

function cpuWarnings(chosen: Options, isa: readonly string[]): string[] {
  if (!overflows(isa) || chosen.weightType !== 'int8') return [];
  return [chosen.reduceRange === 'on' ? say('sevenBits') : say('mayOverflow')];
}

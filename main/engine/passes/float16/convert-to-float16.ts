import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { NodeReport } from '../../../../shared/recipe.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { inferShapes } from '../../graph/infer-shapes.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { nameHint } from '../known-names.ts';
import { changed, counted, leftAlone } from '../node-report.ts';
import { definePass } from '../pass.ts';
import { extractConstants } from '../normalize/extract-constants.ts';
import { checkFloat16 } from './check-float16.ts';
import type { Float16Check } from './check-float16.ts';
import { speedWarnings } from '../speed-warnings.ts';
import { keptNodes, movesData } from './kept-operators.ts';
import { rewriteTypes } from './rewrite-types.ts';
import type { Rewritten } from './rewrite-types.ts';

const options = z.strictObject({
  keepInterface: z
    .boolean()
    .default(true)
    .describe('Inputs and outputs of the model stay float32, so that nothing around it changes.'),
  keepOperators: z
    .array(z.string())
    .default([])
    .describe('Operators that stay float32 besides those that must (for example Softmax).'),
  keepNodes: z.array(z.string()).default([]).describe('Names of nodes that stay float32.'),
  checkExamples: z
    .int()
    .min(0)
    .max(10_000)
    .default(16)
    .describe(
      'How many examples of the dataset, where one is given, are run to look for NaN and infinity and to measure the difference.',
    ),
});

/** Weights and arithmetic in half precision; after onnxconverter-common's float16, with one Cast a tensor and shapes computed exactly. */
export const convertToFloat16 = definePass({
  name: 'convert-to-float16',
  title: say('titleFloat16'),
  description:
    'Weights and activations become float16: half the size, and faster where the processor has float16 arithmetic. Operators that would suffer stay float32.',
  family: 'precision',
  version: 1,
  needsCalibrationData: false,
  dataDecidesBytes: false,
  options,
  async apply(given, chosen, context) {
    checkNames(given, chosen);
    // A constant that only float32 nodes read must keep its precision, wherever it stands.
    const { graph } = extractConstants(given);
    const tensors = await inferShapes(graph.model, context.openSession);
    const kept = keptNodes(graph, tensors, { operators: chosen.keepOperators, nodes: chosen.keepNodes });
    context.progress(0.2, say('convertingWeights'));
    const rewritten = rewriteTypes(graph, { tensors, kept, keepInterface: chosen.keepInterface });
    if (rewritten.converted.every(movesData)) throw nothingToConvert(graph, kept);
    context.progress(0.6, say('checkingTypes'));
    await inferShapes(rewritten.graph.model, context.openSession);
    const comparison =
      chosen.checkExamples === 0
        ? null
        : await checkFloat16(graph, rewritten.graph, tensorsOf(rewritten, tensors), chosen.checkExamples, context);
    return { graph: rewritten.graph, report: describe(graph, kept, rewritten, comparison, context.isa) };
  },
});

/** Tensors of the original that are computed in float16 now. */
const tensorsOf = ({ converted }: Rewritten, tensors: TensorTable): readonly string[] =>
  converted.flatMap(({ output }) => output.filter((name) => tensors.get(name)?.elementType === 'float32'));

function checkNames(graph: Graph, chosen: z.output<typeof options>): void {
  const hintFor = (written: readonly string[], known: ReadonlySet<string>) => {
    const name = written.find((one) => !known.has(one));
    if (name === undefined) return null;
    const hint = nameHint(name, [...known]);
    return { name, hint: known.size > 20 ? hint.replace(/^; there are: .*/, '.') : hint };
  };
  const operator = hintFor(chosen.keepOperators, new Set(graph.nodes.map(({ opType }) => opType)));
  if (operator !== null) throw new CrivoError('invalid-input', say('noOperatorToKeep', operator));
  const node = hintFor(chosen.keepNodes, new Set(graph.nodes.map(({ name }) => name)));
  if (node !== null) throw new CrivoError('invalid-input', say('noNodeToKeep', node));
}

function nothingToConvert(graph: Graph, kept: ReadonlyMap<NodeProto, string>): CrivoError {
  const inside = [...kept.values()].filter((reason) => reason.includes('subgraphs')).length;
  const reason =
    inside > 0 ? say('arithmeticInSubgraphs') : kept.size > 0 ? say('allStayFloat') : say('noFloatTensors');
  return new CrivoError('invalid-model', say('nothingForHalf', { reason }), {
    detail: say('manyNode', { count: graph.nodes.length }),
  });
}

function describe(
  graph: Graph,
  kept: ReadonlyMap<NodeProto, string>,
  rewritten: Rewritten,
  comparison: Float16Check | null,
  isa: readonly string[],
) {
  const { converted, castCount, losses } = rewritten;
  const inFloat16 = new Set(converted);
  const nodes: NodeReport[] = graph.nodes.flatMap((node) => {
    const reason = kept.get(node);
    if (reason !== undefined) return [leftAlone(node, reason)];
    return inFloat16.has(node) ? [changed(node, say('inFloat16'))] : [];
  });
  return {
    summary: say('convertedToFloat16', {
      converted: converted.length,
      nodes: counted(graph.nodes.length, 'Node'),
      casts: counted(castCount, 'Cast'),
      kept: kept.size,
    }),
    nodes,
    warnings: [...warningsOf(graph, losses, comparison), ...float16SpeedWarnings(comparison, isa)],
    figures: {
      nodes_converted: converted.length,
      nodes_kept: kept.size,
      casts_added: castCount,
      weights_clamped: losses.clamped,
      weights_raised: losses.raised,
      ...(comparison === null
        ? {}
        : {
            examples_checked: comparison.examples,
            outputs_not_finite: comparison.brokenOutputs.length,
            tensors_overflowing: comparison.overflowing.length,
          }),
      ...(typeof comparison?.snrDb === 'number' ? { snr_db: comparison.snrDb } : {}),
      ...(typeof comparison?.latencyRatio.value === 'number'
        ? { latency_ratio: Number(comparison.latencyRatio.value.toFixed(2)) }
        : {}),
    },
  };
}

function warningsOf(graph: Graph, losses: Rewritten['losses'], comparison: Float16Check | null): string[] {
  const warnings: string[] = [];
  const { notANumber, clamped } = losses;
  if (notANumber > 0)
    warnings.push(notANumber === 1 ? say('oneWeightNotFinite') : say('weightsNotFinite', { count: notANumber }));
  if (clamped > 0) warnings.push(clamped === 1 ? say('oneWeightClamped') : say('weightsClamped', { count: clamped }));
  const [worst, ...others] = [...(comparison?.overflowing ?? [])].sort((a, b) => b.magnitude - a.magnitude);
  if (worst !== undefined) {
    const nodes = [worst, ...others].map(({ tensor }) => graph.producerOf(tensor)?.name ?? tensor).slice(0, 10);
    const facts = {
      magnitude: worst.magnitude.toExponential(1),
      tensor: worst.tensor,
      nodes: `${nodes.join(', ')}${others.length >= 10 ? ', …' : ''}`,
    };
    warnings.push(
      others.length === 0 ? say('oneOverflow', facts) : say('overflows', { ...facts, count: 1 + others.length }),
    );
  }
  if (comparison !== null && comparison.brokenOutputs.length > 0) {
    warnings.push(say('float16NotFinite', { outputs: comparison.brokenOutputs.map((name) => `"${name}"`).join(', ') }));
  }
  return warnings;
}

/** What was measured here, or without data what the instruction set lets expect. */
function float16SpeedWarnings(comparison: Float16Check | null, isa: readonly string[]): string[] {
  // Only on 64-bit Arm does ONNX Runtime compute in float16; x86 has none of its kernels.
  const why = isa.includes('fp16') ? say('someFloat16') : say('castsFloat16');
  if (typeof comparison?.latencyRatio.value === 'number') return speedWarnings(comparison.latencyRatio, why);
  if (isa.includes('fp16')) return [];
  return [say('noFloat16')];
}

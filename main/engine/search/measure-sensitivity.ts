/** How much each part of a model drifts when it alone is quantized. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { SensitiveGroup } from '../../../shared/search.ts';
import { createDriftMeter } from '../accuracy/drift.ts';
import type { DriftMeter } from '../accuracy/drift.ts';
import type { Graph } from '../graph/graph.ts';
import { nodeMacs } from '../graph/node-macs.ts';
import { tensorShape } from '../onnx/tensor.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { nodeLabel } from '../passes/node-report.ts';
import type { CalibrationSource, Feeds, PassContext } from '../passes/pass.ts';
import type { IntegerType } from '../passes/quantization/affine.ts';
import { calibrate } from '../passes/quantization/calibrate.ts';
import type { Calibration } from '../passes/quantization/calibrate.ts';
import { tapGraph } from '../passes/quantization/calibration-graph.ts';
import { planStatic } from '../passes/quantization/plan-static.ts';
import type { StaticPlan } from '../passes/quantization/plan-static.ts';
import { raiseOpset } from '../passes/quantization/raise-opset.ts';
import { refuseQuantized } from '../passes/quantization/select-nodes.ts';
import { resolveStatic, staticOptions } from '../passes/quantization/static-options.ts';
import type { StaticOptions } from '../passes/quantization/static-options.ts';
import { activationParameters, measuredTensors } from '../passes/quantization/static-parameters.ts';
import { writeStatic } from '../passes/quantization/write-static.ts';
import type { Session, TensorValue } from '../ports.ts';
import { quantizationGroups } from './quantization-groups.ts';
import type { QuantizationGroup } from './quantization-groups.ts';

/** Drift ranks groups long before it settles. */
const mostExamples = 8;

type Outputs = Readonly<Record<string, TensorValue>>;

/**
 * The groups of a graph with their drift, in the order of the graph. The ranges of activations are measured once for all. Raises
 * `invalid-dataset`, `invalid-input` (quantized already), `cancelled`.
 */
export async function measureSensitivity(
  original: Graph,
  context: PassContext & { readonly calibration: CalibrationSource },
): Promise<readonly SensitiveGroup[]> {
  refuseQuantized(original);
  const graph = raiseOpset(original);
  const options = resolveStatic(staticOptions.parse({}), context.isa);
  const groups = quantizationGroups(graph, planOf(graph, options, null));
  if (groups.length === 0) return [];
  const plans = groups.map((group) => planOf(graph, options, group));
  const tensors = [...new Set(plans.flatMap(measuredTensors))];
  const calibration = await calibrate(
    graph,
    tensors,
    { ...options, limit: options.calibrationCount },
    {
      ...context,
      progress: (fraction, message) => context.progress(fraction === null ? null : fraction * 0.3, message),
    },
  );
  const feeds: Feeds[] = [];
  for await (const feed of context.calibration.feeds({ batchSize: 1, limit: mostExamples })) feeds.push(feed);
  const expected = await runAll(context, graph, feeds);
  const macs = await macsOf(context, graph, groups, feeds[0]!);
  const measured: SensitiveGroup[] = [];
  for (const [index, group] of groups.entries()) {
    if (context.signal.aborted) throw new CrivoError('cancelled', say('rankingCancelled'));
    context.progress(0.3 + (0.7 * index) / groups.length, say('quantizingAlone', { group: group.name }));
    const changed = writtenGraph(graph, plans[index]!, calibration, options);
    const snrDb = worstSnrDb(expected, await runAll(context, changed, feeds));
    measured.push({
      ...{
        name: group.name,
        change: { kind: 'quantize' as const },
        nodes: group.nodes.map(nodeLabel),
        weightBytes: group.weightBytes,
      },
      ...{ macs: macs[index]!, snrDb: Number.isNaN(snrDb) ? null : snrDb },
    });
  }
  return measured;
}

/** The plan with a group alone, or with all. Where a group stands alone its depthwise convolutions are islands, which stay float in the end, too, unless their neighbours come along. */
function planOf(graph: Graph, options: StaticOptions, group: QuantizationGroup | null): StaticPlan {
  const chosen = group === null ? null : new Set(group.nodes);
  const weighted = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];
  return planStatic(graph, {
    operators: new Set(options.operators),
    excluded: (node) =>
      chosen === null || chosen.has(node) || !weighted.includes(node.opType) ? null : 'another group',
    perChannel: options.perChannel,
    symmetricActivations: options.symmetricActivations,
    floatIslands: chosen === null && options.floatIslands,
  });
}

function writtenGraph(graph: Graph, plan: StaticPlan, { ranges }: Calibration, options: StaticOptions): Graph {
  const type = options.activationType as IntegerType;
  const parameters = activationParameters(plan, ranges, type, options.symmetricActivations);
  return writeStatic(graph, plan, parameters, type, {
    type: options.weightType as IntegerType,
    symmetric: options.symmetricWeights === 'on',
    reduceRange: options.reduceRange === 'on',
  }).graph;
}

async function runAll(
  { openSession }: PassContext,
  graph: Graph,
  feeds: readonly Feeds[],
): Promise<readonly Outputs[]> {
  const session = await openSession(encodeModel(graph.model), { threads: 1 });
  try {
    const outputs: Outputs[] = [];
    for (const feed of feeds) outputs.push(await session.run(feed));
    return outputs;
  } finally {
    await session.release();
  }
}

/** Of the output that drifted most, dB; NaN where one is not finite. */
function worstSnrDb(expected: readonly Outputs[], outcomes: readonly Outputs[]): number {
  const meters = new Map<string, DriftMeter>();
  expected.forEach((outputs, index) => {
    for (const [name, { values }] of Object.entries(outputs)) {
      const other = outcomes[index]![name];
      if (other?.values.length !== values.length) continue;
      const meter = meters.get(name) ?? createDriftMeter(false);
      meters.set(name, meter);
      meter.add(values, other.values, 1, values.length);
    }
  });
  const ratios = [...meters.values()].map((meter) => meter.snrDb());
  return ratios.some(Number.isNaN) ? Number.NaN : Math.min(...ratios);
}

/** Multiply-accumulates of each group on one example: the sizes are those that were run. */
async function macsOf(
  { openSession }: PassContext,
  graph: Graph,
  groups: readonly QuantizationGroup[],
  feed: Feeds,
): Promise<readonly number[]> {
  const nodes = groups.flatMap((group) => group.nodes);
  const tensors = [...new Set(nodes.flatMap((node) => [node.input[0]!, node.output[0]!]))];
  const inside = tensors.filter((tensor) => !graph.isInput(tensor));
  const session: Session = await openSession(encodeModel(tapGraph(graph, inside).model), {
    graphOptimization: 'disabled',
    threads: 1,
  });
  try {
    const run = await session.run(feed);
    const shapeOf = (tensor: string): readonly number[] | undefined => {
      const constant = graph.constantOf(tensor);
      return constant === undefined ? (run[tensor] ?? feed[tensor])?.shape : tensorShape(constant);
    };
    return groups.map((group) => group.nodes.reduce((sum, node) => sum + (nodeMacs(node, shapeOf) ?? 0), 0));
  } finally {
    await session.release();
  }
}

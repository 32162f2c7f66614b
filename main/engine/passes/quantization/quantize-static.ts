import type { NodeReport } from '../../../../shared/recipe.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { Graph } from '../../graph/graph.ts';
import { changed, counted, leftAlone } from '../node-report.ts';
import { definePass } from '../pass.ts';
import type { PassContext, PassOutcome } from '../pass.ts';
import type { IntegerType } from './affine.ts';
import { calibrate } from './calibrate.ts';
import type { Calibration } from './calibrate.ts';
import { compareWithParent } from './compare-with-parent.ts';
import { describeWeights } from './describe-weights.ts';
import { nothingToQuantize } from './nothing-to-quantize.ts';
import { planStatic } from './plan-static.ts';
import type { StaticPlan } from './plan-static.ts';
import { raiseOpset } from './raise-opset.ts';
import { countInside, exclusionOf, refuseQuantized } from './select-nodes.ts';
import { activationParameters, measuredTensors } from './static-parameters.ts';
import { cpuWarnings, resolveStatic, staticOptions } from './static-options.ts';
import type { StaticOptions } from './static-options.ts';
import { writeStatic } from './write-static.ts';
import type { WrittenGraph } from './write-static.ts';

/** Static 8-bit quantization with QuantizeLinear/DequantizeLinear, calibrated on a dataset. */
export const quantizeStatic = definePass({
  name: 'quantize-static',
  title: say('titleStatic'),
  description:
    'Weights and activations become 8-bit integers; the ranges of activations are measured on the calibration data. Fast for convolutional networks on CPUs with VNNI.',
  family: 'quantization',
  version: 1,
  needsCalibrationData: true,
  options: staticOptions,
  resolveForCpu: resolveStatic,
  async apply(original, written, context) {
    refuseQuantized(original);
    const graph = raiseOpset(original);
    const options = resolveStatic(written, context.isa);
    const plan = planStatic(graph, {
      operators: new Set(options.operators),
      excluded: exclusionOf(graph, options.exclude),
      perChannel: options.perChannel,
      symmetricActivations: options.symmetricActivations,
      floatIslands: options.floatIslands,
    });
    const nodes = nodeReports(graph, plan, options);
    if (plan.weights.length === 0)
      return nothingToQuantize(original, nodes, new Set(options.operators), say('floatProducts'));
    const { calibration } = context;
    if (calibration === null) throw new CrivoError('invalid-dataset', say('staticNeedsData'));
    const measured = await calibrate(
      graph,
      measuredTensors(plan),
      { ...options, limit: options.calibrationCount },
      {
        ...context,
        calibration,
        progress: (fraction, message) => context.progress(fraction === null ? null : fraction * 0.8, message),
      },
    );
    return finish(graph, plan, options, measured, nodes, context);
  },
});

/** Writes the graph and measures it beside its parent. */
async function finish(
  graph: Graph,
  plan: StaticPlan,
  options: StaticOptions,
  measured: Calibration,
  nodes: NodeReport[],
  context: PassContext,
): Promise<PassOutcome> {
  const type = options.activationType as IntegerType;
  const parameters = activationParameters(plan, measured.ranges, type, options.symmetricActivations);
  const written = writeStatic(graph, plan, parameters, type, {
    type: options.weightType as IntegerType,
    symmetric: options.symmetricWeights === 'on',
    reduceRange: options.reduceRange === 'on',
  });
  context.progress(0.9, say('comparingOriginal'));
  const effect = await compareWithParent(graph, written.graph, context);
  return {
    graph: written.graph,
    report: {
      summary: summarize(graph, plan, options, measured),
      nodes,
      warnings: [...cpuWarnings(options, context.isa), ...biasWarnings(written), ...effect.warnings],
      figures: {
        nodes_quantized: plan.taken.size,
        activations_quantized: plan.activations.size,
        calibration_examples: measured.examples,
        calibration_ms: Math.round(measured.durationMs),
        calibration_inference_percent: Math.round((100 * measured.inferenceMs) / measured.durationMs),
        ...effect.figures,
      },
    },
  };
}

function biasWarnings({ clippedBiases, enlargedWeights }: WrittenGraph): string[] {
  return [
    ...clippedBiases.map((name) => say('biasClipped', { bias: name })),
    ...enlargedWeights.map((name) => say('stepsCoarser', { weight: name })),
  ];
}

function summarize(graph: Graph, plan: StaticPlan, options: StaticOptions, measured: Calibration): string {
  const weighted = (node: Graph['nodes'][number]): boolean =>
    ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'].includes(node.opType);
  const all = graph.nodes.filter(weighted).length;
  const done = plan.weights.length;
  return say('quantizedStatic', {
    done,
    all: counted(all, 'Product'),
    weights: describeWeights(options.weightType, options.perChannel, options.reduceRange === 'on'),
    activations: options.activationType,
    others: counted(plan.taken.size - done, 'OtherNode'),
    method: options.method,
    examples: counted(measured.examples, 'Example'),
  });
}

function nodeReports(graph: Graph, plan: StaticPlan, options: StaticOptions): NodeReport[] {
  const operators = new Set(options.operators);
  return graph.nodes.flatMap((node) => {
    const taken = plan.taken.get(node);
    if (taken !== undefined) return [changed(node, taken)];
    const inside = countInside(node, operators);
    if (inside > 0) return [leftAlone(node, say('rangesInsideSubgraphs', { operators: counted(inside, 'Operator') }))];
    return node.opType === 'Constant' ? [] : [leftAlone(node, plan.left.get(node) ?? '')];
  });
}

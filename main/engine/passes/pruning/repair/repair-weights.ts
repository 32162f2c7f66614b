/**
 * Gives a pruned model's layers weights with which their outputs come as near as possible to what the original layers
 * gave, on calibration data: layer by layer from the input on, each fitted to the inputs that the layers before it now
 * give, so that their errors are made good rather than piled up. Closed form, no training.
 *
 * - Least squares: He, Zhang & Sun 2017 ("Channel Pruning for Accelerating Very Deep Neural Networks", sections 3.1 and
 *   3.2: asymmetric reconstruction, and of the sum where a residual connection joins); Luo, Wu & Lin 2017 (ThiNet).
 * - Bias only: Nagel et al. 2019 ("Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2).
 * - BatchNormalization that was not folded: mean and variance as they now are on the data.
 */
import { nameGiver, withChanges } from '../../../graph/graph.ts';
import type { Graph } from '../../../graph/graph.ts';
import { DataType, withInputs } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { makeTensor, tensorShape } from '../../../onnx/tensor.ts';
import type { CalibrationSource, PassContext } from '../../pass.ts';
import type { Removal } from '../slice-graph.ts';
import { normStatistics } from './batch-norm-statistics.ts';
import { fitLayer } from './fit-layer.ts';
import { linearLayer } from './linear-layer.ts';
import type { LinearLayer } from './linear-layer.ts';
import { openRowProducts } from './row-products.ts';
import type { RowProducts } from './row-products.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

export type RepairMode = 'bias' | 'least-squares';

export interface RepairReport {
  readonly layers: number;
  /** Normalizations whose statistics were measured again. */
  readonly normalizations: number;
  readonly examples: number;
  /** Layers that a removal reaches and that stay as they are, with the reason. */
  readonly unfitted: readonly { readonly node: NodeProto; readonly reason: string }[];
  /** Relative root mean square error of the layers' outputs, mean over the layers. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

export interface RepairInput {
  readonly original: Graph;
  readonly pruned: Graph;
  readonly removal: Removal;
  readonly mode: RepairMode;
}

export type RepairContext = Pick<PassContext, 'openSession' | 'signal' | 'progress'> & {
  readonly calibration: CalibrationSource;
};

/** Fits every layer that the removal reaches; gives the graph as it was where there is none. */
export async function repairWeights(
  input: RepairInput,
  context: RepairContext,
): Promise<{ graph: Graph; report: RepairReport }> {
  const products = await openRowProducts(context.openSession);
  try {
    return await repairLayers(input, { ...context, products });
  } finally {
    await products.release();
  }
}

async function repairLayers(
  { original, pruned, removal, mode }: RepairInput,
  context: RepairContext & { readonly products: RowProducts },
): Promise<{ graph: Graph; report: RepairReport }> {
  const targets = reachedNodes(original, removal);
  let graph = pruned;
  const errors: [number, number][] = [];
  const unfitted: { node: NodeProto; reason: string }[] = [];
  let normalizations = 0;
  let examples = 0;
  for (const [index, first] of targets.entries()) {
    context.signal.throwIfAborted();
    context.progress(0.1 + (0.9 * index) / targets.length, say('repairingLayer', { tensor: first }));
    const node = graph.producerOf(first)!;
    if (node.opType === 'BatchNormalization') {
      graph = await normStatistics(node, graph, context);
      normalizations += 1;
      continue;
    }
    const layer = linearLayer(node, graph);
    if (layer === null) {
      const weight = graph.initializers.get(node.input[1] ?? '');
      if (weight !== undefined && weighted.has(node.opType)) unfitted.push({ node, reason: reasonOf(node, graph) });
      continue;
    }
    const fitted = await fitLayer({ layer, graph, original, removal, mode }, context);
    examples = fitted.examples;
    errors.push([fitted.errorBefore, fitted.errorAfter]);
    graph = withLayer(graph, layer, fitted.matrices);
  }
  const mean = (place: 0 | 1): number =>
    errors.reduce((sum, pair) => sum + pair[place], 0) / Math.max(1, errors.length);
  const report = {
    layers: errors.length,
    normalizations,
    examples,
    unfitted,
    errorBefore: mean(0),
    errorAfter: mean(1),
  };
  return { graph, report };
}

const weighted: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

function reasonOf(node: NodeProto, graph: Graph): string {
  if (['ConvTranspose', 'MatMul'].includes(node.opType)) return say('noRepairForm', { operator: node.opType });
  const isShared = node.input.slice(1).some((name) => name !== '' && graph.consumersOf(name).length > 1);
  return isShared ? say('sharedWeights') : say('unusualForm');
}

/** First outputs of the nodes whose inputs the removal changes, in order: those that read what went, and all behind them. */
function reachedNodes(original: Graph, { removed }: Removal): string[] {
  const changed = new Set<string>();
  const reached: string[] = [];
  for (const node of original.nodes) {
    const weight = original.initializers.get(node.input[1] ?? '');
    const losesInputs =
      weight !== undefined &&
      weighted.has(node.opType) &&
      (inputAxes[node.opType] ?? [0, 1]).some((axis) => readsGone(node, axis, removed));
    if (!losesInputs && !node.input.some((name) => changed.has(name))) continue;
    for (const name of node.output) changed.add(name);
    reached.push(node.output[0]!);
  }
  return reached;
}

const inputAxes: Readonly<Record<string, readonly number[]>> = { Conv: [1], ConvTranspose: [1], MatMul: [1, 2, 3] };
const readsGone = (node: NodeProto, axis: number, removed: Removal['removed']): boolean =>
  removed(node.input[0]!, axis).size > 0;

/** The graph with a layer's weights replaced; a bias is added where there was none. */
function withLayer(graph: Graph, layer: LinearLayer, matrices: readonly Float64Array[]): Graph {
  const { weight, bias } = layer.tensorsOf(matrices);
  const { node } = layer;
  const initializers = new Map(graph.initializers);
  const weightName = node.input[1]!;
  const shape = tensorShape(initializers.get(weightName)!);
  initializers.set(weightName, makeTensor(weightName, DataType.FLOAT, shape, weight));
  const stated = node.input[2] ?? '';
  const biasName = stated === '' ? nameGiver(graph)(`${node.name || node.output[0]}_bias`) : stated;
  initializers.set(biasName, makeTensor(biasName, DataType.FLOAT, [bias.length], bias));
  const nodes = graph.nodes.map((other) =>
    other === node ? withInputs(other, [node.input[0]!, weightName, biasName]) : other,
  );
  return withChanges(graph, { nodes, initializers: initializers.values() });
}

/**
 * Gives a pruned model's layers weights with which their outputs come as near as possible to what the original layers
 * gave, on calibration data: layer by layer from the input on, each fitted to the inputs that the layers before it now
 * give, so that their errors are made good rather than piled up. Closed form, no training.
 * He, Zhang & Sun 2017 ("Channel Pruning for Accelerating Very Deep Neural Networks", step 2, with asymmetric
 * reconstruction); Luo, Wu & Lin 2017 (ThiNet).
 */
import { create } from '@bufbuild/protobuf';
import { withChanges, nameGiver } from '../../../graph/graph.ts';
import type { Graph } from '../../../graph/graph.ts';
import { ValueInfoProtoSchema, withInputs } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { makeTensor, tensorShape } from '../../../onnx/tensor.ts';
import { DataType } from '../../../onnx/proto.ts';
import { encodeModel } from '../../../onnx/write-model.ts';
import type { Session, TensorValue } from '../../../ports.ts';
import { seededRandom } from '../../../measure/compare/resampled-quantile.ts';
import type { CalibrationSource, PassContext } from '../../pass.ts';
import type { Removal } from '../slice-graph.ts';
import { createNormalEquations } from './least-squares.ts';
import type { NormalEquations } from './least-squares.ts';
import { linearLayer } from './linear-layer.ts';
import type { LinearLayer } from './linear-layer.ts';

export interface RepairReport {
  readonly layers: number;
  readonly examples: number;
  /** Relative root mean square error of the layers' outputs, mean over the layers. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

export interface RepairInput {
  readonly original: Graph;
  readonly pruned: Graph;
  readonly removal: Removal;
}

type RepairContext = Pick<PassContext, 'openSession' | 'signal' | 'progress'> & {
  readonly calibration: CalibrationSource;
};

const batchSize = 10;
/** Rows for each weight of an output: enough that noise is not fitted. */
const rowsPerInput = 8;
const fewestRows = 2_000;
const ridge = 1e-3;

/** Fits every layer whose inputs lost channels; gives the graph as it was where there is none. */
export async function repairWeights(
  { original, pruned, removal }: RepairInput,
  context: RepairContext,
): Promise<{ graph: Graph; report: RepairReport }> {
  const targets = pruned.nodes.filter(
    (node) => losesInputs(node, original, removal) && linearLayer(node, pruned) !== null,
  );
  const source = await openWith(
    original,
    targets.map((node) => node.output[0]!),
    context,
  );
  let graph = pruned;
  const errors: [number, number][] = [];
  let examples = 0;
  try {
    for (const [index, { name, output }] of targets.entries()) {
      context.signal.throwIfAborted();
      context.progress(0.1 + (0.9 * index) / targets.length, `Repairing ${name || output[0]}`);
      const node = graph.nodes.find((candidate) => candidate.output[0] === output[0])!;
      const layer = linearLayer(node, graph)!;
      const fitted = await fitLayer(layer, { graph, original, removal, source }, context);
      examples = fitted.examples;
      errors.push([fitted.equations.error(layer.matrix()), fitted.equations.error(fitted.matrix)]);
      graph = withLayer(graph, layer, fitted.matrix);
    }
  } finally {
    await source.release();
  }
  const mean = (place: 0 | 1): number =>
    errors.reduce((sum, pair) => sum + pair[place], 0) / Math.max(1, errors.length);
  return { graph, report: { layers: errors.length, examples, errorBefore: mean(0), errorAfter: mean(1) } };
}

/** Whether input channels of a layer's weights went. */
function losesInputs(node: NodeProto, original: Graph, { removed }: Removal): boolean {
  const weight = original.initializers.get(node.input[1] ?? '');
  if (weight === undefined || !['Conv', 'Gemm'].includes(node.opType)) return false;
  return tensorShape(weight).some((_, axis) => removed(weight.name, axis).size > 0);
}

/** A session whose outputs are the given tensors. */
function openWith(graph: Graph, tensors: readonly string[], { openSession }: RepairContext): Promise<Session> {
  const outputs = [...new Set(tensors)].map((name) => create(ValueInfoProtoSchema, { name }));
  return openSession(encodeModel(withChanges(graph, { outputs }).model), { graphOptimization: 'disabled', threads: 0 });
}

interface FitInput {
  readonly graph: Graph;
  readonly original: Graph;
  readonly removal: Removal;
  readonly source: Session;
}

async function fitLayer(
  layer: LinearLayer,
  { graph, removal, source }: FitInput,
  context: RepairContext,
): Promise<{ equations: NormalEquations; matrix: Float64Array; examples: number }> {
  const [inputName, outputName] = [layer.node.input[0]!, layer.node.output[0]!];
  const gone = removal.removed(outputName, 1);
  const session = await openWith(graph, [inputName], context);
  const equations = createNormalEquations(layer.inputs + 1, layer.outputs);
  const random = seededRandom(7);
  const rowsWanted = Math.max(fewestRows, rowsPerInput * layer.inputs);
  let examples = 0;
  try {
    for await (const feeds of context.calibration.feeds({ batchSize })) {
      context.signal.throwIfAborted();
      const input = (await session.run(feeds, [inputName]))[inputName]!;
      const output = (await source.run(feeds, [outputName]))[outputName]!;
      const batch = output.shape[0] ?? 1;
      const rows = Math.min(layer.rowsOf(output.shape), Math.ceil((rowsWanted * batch) / context.calibration.count));
      addRows(equations, layer, { input, output, gone, rows, random });
      examples += batch;
    }
  } finally {
    await session.release();
  }
  return { equations, matrix: equations.solve(layer.matrix(), ridge), examples };
}

interface RowSource {
  readonly input: TensorValue;
  readonly output: TensorValue;
  /** Channels of the original output that went. */
  readonly gone: ReadonlySet<number>;
  readonly rows: number;
  readonly random: () => number;
}

function addRows(
  equations: NormalEquations,
  layer: LinearLayer,
  { input, output, gone, rows, random }: RowSource,
): void {
  const all = layer.rowsOf(output.shape);
  const kept = Array.from({ length: output.shape[1] ?? 0 }, (_, channel) => channel).filter(
    (channel) => !gone.has(channel),
  );
  const x = new Float64Array(equations.inputs * rows);
  const y = new Float64Array(equations.outputs * rows);
  for (let place = 0; place < rows; place += 1) {
    // Every row once where all are wanted, else drawn at random.
    const row = rows === all ? place : Math.floor(random() * all);
    layer.readInputs(input, output.shape, row, x, rows, place);
    x[layer.inputs * rows + place] = 1;
    for (let o = 0; o < kept.length; o += 1) y[o * rows + place] = layer.readOutput(output, row, kept[o]!);
  }
  equations.add(x, y, rows);
}

/** The graph with a layer's weights replaced; a bias is added where there was none. */
function withLayer(graph: Graph, layer: LinearLayer, matrix: Float64Array): Graph {
  const { weight, bias } = layer.tensorsOf(matrix);
  const { node } = layer;
  const initializers = new Map(graph.initializers);
  const weightName = node.input[1]!;
  initializers.set(
    weightName,
    makeTensor(weightName, DataType.FLOAT, tensorShape(initializers.get(weightName)!), weight),
  );
  const stated = node.input[2] ?? '';
  const biasName = stated === '' ? nameGiver(graph)(`${node.name || node.output[0]}_bias`) : stated;
  initializers.set(biasName, makeTensor(biasName, DataType.FLOAT, [bias.length], bias));
  const nodes = graph.nodes.map((other) =>
    other === node ? withInputs(other, [node.input[0]!, weightName, biasName]) : other,
  );
  return withChanges(graph, { nodes, initializers: initializers.values() });
}

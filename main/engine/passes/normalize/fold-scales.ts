/*
 *   Conv(W, b) ──► BatchNormalization(γ, β, μ, σ²)      becomes      Conv(a·W, a·b + c)
 *   Conv(W, b) ──► Mul(a) ──► Add(c)                    becomes      Conv(a·W, a·b + c)
 *
 * with a = γ/√(σ²+ε), c = β − a·μ (Ioffe & Szegedy 2015, at inference). ConvTranspose likewise. Computed in float64 and
 * rounded once. Done here and not by ONNX Runtime's `basic` level, so that weights keep their names and element type.
 */
import type { NodeReport } from '../../../../shared/recipe.ts';
import { nameGiver, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { DataType, intAttribute, withInputs, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor, ownTensorValues, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { changed, leftAlone, nodeLabel } from '../node-report.ts';
import { channelScale } from './channel-scale.ts';
import type { ChannelScale } from './channel-scale.ts';
import { allCapturedNames } from './step.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Folds per-channel multiplications and additions of constants into the convolution before them. Counts the nodes folded away. */
export function foldScales(start: Graph): StepResult {
  const captured = allCapturedNames(start);
  const nodes: NodeReport[] = [];
  let graph = start;
  let count = 0;
  // Each round folds at most one node into each convolution; chains take a round a link.
  for (;;) {
    const round = foldRound(graph, captured);
    if (round.count === 0) break;
    graph = round.graph;
    nodes.push(...round.nodes);
    count += round.count;
  }
  const kept = graph.nodes.filter((node) => node.opType === 'BatchNormalization' && node.domain === '');
  return { graph, nodes: [...nodes, ...kept.map((node) => leftAlone(node, reasonToKeep(graph, node)))], count };
}

interface Folding {
  readonly conv: NodeProto;
  readonly absorbed: NodeProto;
  readonly weight: TensorProto;
  readonly bias: TensorProto | null;
  readonly scale: ChannelScale;
}

function foldRound(graph: Graph, captured: ReadonlySet<string>): StepResult {
  const giveName = nameGiver(graph);
  const initializers = new Map(graph.initializers);
  const replacements = new Map<NodeProto, readonly NodeProto[]>();
  const nodes: NodeReport[] = [];
  for (const node of graph.nodes) {
    const folding = findFolding(graph, node, captured);
    if (folding === null) continue;
    const ownName = (name: string): string =>
      graph.consumersOf(name).length === 1 && graph.initializers.has(name) ? name : giveName(`${name}_folded`);
    const weightName = ownName(node.input[1]!);
    const biasName = node.input[2] ? ownName(node.input[2]) : giveName(`${nodeLabel(node)}_bias`);
    const [weight, bias] = scaledTensors(folding, weightName, biasName);
    initializers.set(weightName, weight).set(biasName, bias);
    const inputs = [node.input[0]!, weightName, biasName];
    replacements.set(node, [withOutputs(withInputs(node, inputs), folding.absorbed.output.slice(0, 1))]);
    replacements.set(folding.absorbed, []);
    nodes.push(changed(folding.absorbed, say('scaleFolded', { operator: node.opType, node: nodeLabel(node) })));
  }
  if (nodes.length === 0) return { graph, nodes, count: 0 };
  const rewritten = graph.nodes.flatMap((node) => replacements.get(node) ?? [node]);
  return {
    graph: withChanges(graph, { nodes: rewritten, initializers: initializers.values() }),
    nodes,
    count: nodes.length,
  };
}

const isConvolution = (node: NodeProto): boolean =>
  node.domain === '' && (node.opType === 'Conv' || node.opType === 'ConvTranspose');

function findFolding(graph: Graph, conv: NodeProto, captured: ReadonlySet<string>): Folding | null {
  if (!isConvolution(conv)) return null;
  const output = conv.output[0]!;
  const [absorbed, ...others] = graph.consumersOf(output);
  if (absorbed === undefined || others.length > 0 || graph.isOutput(output) || captured.has(output)) return null;
  const weight = graph.constantOf(conv.input[1]!);
  const bias = conv.input[2] ? graph.constantOf(conv.input[2]) : null;
  if (weight === undefined || bias === undefined || !isFloat(weight)) return null;
  const scale = channelScale(graph, absorbed, output, outChannels(conv, weight), weight.dims.length);
  return scale === null ? null : { conv, absorbed, weight, bias, scale };
}

const isFloat = ({ dataType }: TensorProto): boolean =>
  dataType === DataType.FLOAT || dataType === DataType.FLOAT16 || dataType === DataType.DOUBLE;

function outChannels(conv: NodeProto, weight: TensorProto): number {
  const [first = 0, second = 0] = tensorShape(weight);
  return conv.opType === 'Conv' ? first : second * intAttribute(conv, 'group', 1);
}

function scaledTensors(
  { conv, weight, bias, scale }: Folding,
  weightName: string,
  biasName: string,
): [TensorProto, TensorProto] {
  const dataType = weight.dataType ?? 0;
  const shape = tensorShape(weight);
  const values = ownTensorValues(weight) as Float32Array;
  const channelOf = channelIndex(conv, shape);
  const inner = shape.slice(conv.opType === 'Conv' ? 1 : 2).reduce((product, size) => product * size, 1);
  for (let row = 0; row * inner < values.length; row += 1) {
    const factor = scale.multiplier[channelOf(row)]!;
    for (let index = row * inner; index < (row + 1) * inner; index += 1) values[index] = values[index]! * factor;
  }
  const oldBias = bias === null ? null : (tensorValues(bias) as Float32Array);
  const newBias = new (values.constructor as Float32ArrayConstructor)(scale.offset.length);
  for (let channel = 0; channel < newBias.length; channel += 1) {
    newBias[channel] = (oldBias?.[channel] ?? 0) * scale.multiplier[channel]! + scale.offset[channel]!;
  }
  return [makeTensor(weightName, dataType, shape, values), makeTensor(biasName, dataType, [newBias.length], newBias)];
}

/** Row of the weight (one kernel for Conv; one input and output channel for ConvTranspose, `[in, out/group, …]`) → output channel. */
function channelIndex(conv: NodeProto, shape: readonly number[]): (row: number) => number {
  if (conv.opType === 'Conv') return (row) => row;
  const perGroup = shape[1]!;
  const inputsPerGroup = shape[0]! / intAttribute(conv, 'group', 1);
  return (row) => Math.floor(Math.floor(row / perGroup) / inputsPerGroup) * perGroup + (row % perGroup);
}

function reasonToKeep(graph: Graph, node: NodeProto): string {
  const producer = graph.producerOf(node.input[0]!);
  if (producer === undefined || !isConvolution(producer)) return say('noConvolutionBefore');
  if (graph.consumersOf(node.input[0]!).length > 1 || graph.isOutput(node.input[0]!))
    return say('convolutionReadElsewhere');
  return say('scaleNotConstant');
}

import type { Graph } from '../../graph/graph.ts';
import { floatAttribute, intAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { elementCount, tensorShape, tensorValues } from '../../onnx/tensor.ts';

/** y = multiplier·x + offset for each channel (axis 1); float64. */
export interface ChannelScale {
  readonly multiplier: Float64Array;
  readonly offset: Float64Array;
}

/** What a node that reads `input` (of `rank`, with `channels` on axis 1) does to it channel by channel; null where it does anything else. */
export function channelScale(
  graph: Graph,
  node: NodeProto,
  input: string,
  channels: number,
  rank: number,
): ChannelScale | null {
  if (node.domain !== '') return null;
  switch (node.opType) {
    case 'BatchNormalization':
      return node.input[0] === input ? normalizationScale(graph, node, channels) : null;
    case 'Mul':
    case 'Div':
    case 'Add':
    case 'Sub':
      return arithmeticScale(graph, node, input, channels, rank);
    default:
      return null;
  }
}

function normalizationScale(graph: Graph, node: NodeProto, channels: number): ChannelScale | null {
  const trains = intAttribute(node, 'training_mode', 0) === 1 || intAttribute(node, 'spatial', 1) === 0;
  if (trains || node.output.slice(1).some((output) => output !== '')) return null;
  const [gamma, beta, mean, variance] = node.input.slice(1).map((name) => perChannel(graph.constantOf(name), channels));
  if (!gamma || !beta || !mean || !variance) return null;
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const multiplier = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + epsilon));
  return { multiplier, offset: beta.map((value, channel) => value - multiplier[channel]! * mean[channel]!) };
}

function arithmeticScale(
  graph: Graph,
  node: NodeProto,
  input: string,
  channels: number,
  rank: number,
): ChannelScale | null {
  const [left, right] = node.input;
  if (left === right) return null;
  const commutes = node.opType === 'Mul' || node.opType === 'Add';
  if (left !== input && !commutes) return null;
  const constant = graph.constantOf((left === input ? right : left)!);
  if (constant === undefined || !alongChannels(constant, channels, rank)) return null;
  const values = perChannel(constant, channels);
  if (values === null) return null;
  const fill = (value: number): Float64Array => new Float64Array(channels).fill(value);
  switch (node.opType) {
    case 'Mul':
      return { multiplier: values, offset: fill(0) };
    case 'Div':
      return { multiplier: values.map((value) => 1 / value), offset: fill(0) };
    case 'Add':
      return { multiplier: fill(1), offset: values };
    default:
      return { multiplier: fill(1), offset: values.map((value) => -value) };
  }
}

/** Whether broadcasting the constant leaves the shape and varies with axis 1 alone: one value, `[C,1,1]` or `[1,C,1,1]`. */
function alongChannels(constant: TensorProto, channels: number, rank: number): boolean {
  const shape = tensorShape(constant);
  if (shape.length > rank) return false;
  const channelAxis = shape.length - rank + 1;
  return shape.every((size, axis) => size === 1 || (axis === channelAxis && size === channels));
}

/** The values as float64, one a channel (a single one repeated); null where there is another number of them. */
function perChannel(tensor: TensorProto | undefined, channels: number): Float64Array | null {
  if (tensor === undefined) return null;
  const count = elementCount(tensor);
  if (count !== channels && count !== 1) return null;
  const values = tensorValues(tensor);
  return Float64Array.from({ length: channels }, (_, channel) => Number(values[count === 1 ? 0 : channel]));
}

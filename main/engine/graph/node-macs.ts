/**
 * Multiply-accumulates of one node. Counted are linear layers: convolutions, matrix products, attention and recurrent
 * layers, also quantized and fused ones. Element-wise operators, normalizations, pooling and activations count none,
 * as usual (Sovrasov's ptflops and Facebook's fvcore count the same).
 */
import type { NodeProto } from '../onnx/proto.ts';
import { intAttribute, intsAttribute, stringAttribute } from '../onnx/proto.ts';

/** The concrete shape of a tensor, or undefined where it is unknown. */
export type ShapeOf = (tensor: string) => readonly number[] | undefined;

type Shape = readonly number[];
type Counter = (node: NodeProto, input: (index: number) => Shape, output: (index: number) => Shape) => number;

const size = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);
const last = (shape: Shape, fromEnd = 1): number => shape.at(-fromEnd) ?? 1;

/** Each output element takes one product for each weight of its filter: channels of its group × kernel. */
const convolution =
  (weight: number): Counter =>
  (_, input, output) =>
    size(output(0)) * size(input(weight).slice(1));

/** Each input element meets each weight of its input channel. */
const transposedConvolution: Counter = (_, input) => size(input(0)) * size(input(1).slice(1));

const gemm: Counter = (node, input, output) => {
  const left = input(0);
  return size(output(0)) * (intAttribute(node, 'transA', 0) === 1 ? left[0]! : last(left));
};

const matrixProduct: Counter = (node, input, output) => {
  const left = input(0);
  return size(output(0)) * last(left, intAttribute(node, 'transA', 0) === 1 ? 2 : 1);
};

const blockQuantizedProduct: Counter = (node, _, output) => size(output(0)) * intAttribute(node, 'K', 0);

/** Input and recurrent weights meet every step of every sequence: W and R hold the gates of all directions. */
const recurrent: Counter = (_, input) => {
  const [first = 1, second = 1] = input(0);
  return first * second * (size(input(1)) + size(input(2)));
};

/** com.microsoft Attention: the projection to Q, K and V, then Q·Kᵀ and its product with V. */
const fusedAttention: Counter = (node, input, output) => {
  const [batch = 1, length = 1, width = 1] = input(0);
  const projected = last(input(1));
  const [queries, , values] = intsAttribute(node, 'qkv_hidden_sizes') ?? [projected / 3, projected / 3, projected / 3];
  const past = node.output[1] !== undefined && node.output[1] !== '' ? last(output(1), 2) : length;
  return batch * length * width * projected + batch * length * past * (queries! + values!);
};

/** Q·Kᵀ and its product with V, projections outside. Keys are [B, T, H] or [B, heads, T, H/heads]. */
const multiHeadAttention: Counter = (node, input, output) => {
  const query = input(0);
  const [batch = 1, length = 1] = query;
  // Packed queries, keys and values: [B, S, heads, 3, H/heads].
  if (query.length === 5) return 2 * batch * length * length * query[2]! * query[4]!;
  const hasPresent = node.output[1] !== undefined && node.output[1] !== '';
  const keys = hasPresent ? output(1) : input(1);
  const keyLength = keys.length === 4 ? keys[2]! : (keys[1] ?? 1);
  return batch * length * keyLength * (last(query) + last(output(0)));
};

const groupQueryAttention: Counter = (node, input, output) => {
  const [batch = 1, length = 1] = input(0);
  const hasPresent = node.output[1] !== undefined && node.output[1] !== '';
  return 2 * batch * length * (hasPresent ? last(output(1), 2) : length) * last(output(0));
};

/** ai.onnx Attention (opset 23): heads in their own dimension, or in the last with `q_num_heads`. */
const standardAttention: Counter = (node, input, output) => {
  const query = input(0);
  const hasPresent = node.output[1] !== undefined && node.output[1] !== '';
  const keyLength = hasPresent ? last(output(1), 2) : last(input(1), 2);
  const queries = size(query);
  const results = size(output(0));
  return keyLength * (queries + results);
};

/** Every combination of index values once. */
const einsum: Counter = (node, input) => {
  const equation = stringAttribute(node, 'equation', '').replaceAll(' ', '');
  if (equation.includes('.')) throw new UnknownShape();
  const sizes = new Map<string, number>();
  const operands = equation.split('->')[0]!.split(',');
  operands.forEach((labels, index) => [...labels].forEach((label, axis) => sizes.set(label, input(index)[axis] ?? 1)));
  return operands.length < 2 ? 0 : size([...sizes.values()]);
};

const counters: Readonly<Record<string, Counter>> = {
  Conv: convolution(1),
  FusedConv: convolution(1),
  NhwcFusedConv: convolution(1),
  NhwcConv: convolution(1),
  ConvInteger: convolution(1),
  DeformConv: convolution(1),
  QLinearConv: convolution(3),
  ConvTranspose: transposedConvolution,
  Gemm: gemm,
  FusedGemm: gemm,
  QGemm: gemm,
  GemmFastGelu: matrixProduct,
  GemmFloat8: gemm,
  MatMul: matrixProduct,
  FusedMatMul: matrixProduct,
  TransposeMatMul: matrixProduct,
  FusedMatMulActivation: matrixProduct,
  MatMulInteger: matrixProduct,
  MatMulInteger16: matrixProduct,
  MatMulIntegerToFloat: matrixProduct,
  DynamicQuantizeMatMul: matrixProduct,
  QLinearMatMul: matrixProduct,
  MatMulFpQ4: matrixProduct,
  MatMulNBits: blockQuantizedProduct,
  MatMulBnb4: blockQuantizedProduct,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  DynamicQuantizeLSTM: recurrent,
  QAttention: fusedAttention,
  MultiHeadAttention: multiHeadAttention,
  GroupQueryAttention: groupQueryAttention,
  Einsum: einsum,
};

/** Operators of com.microsoft whose work is known to be large and for which there is no formula here. */
const uncounted = new Set([
  ...['MoE', 'QMoE', 'BeamSearch', 'GreedySearch', 'Sampling', 'WhisperBeamSearch', 'LongformerAttention'],
  ...['SparseAttention', 'PagedAttention', 'DecoderAttention', 'DecoderMaskedSelfAttention', 'PackedAttention'],
  ...['DecoderMaskedMultiHeadAttention', 'PackedMultiHeadAttention', 'QOrderedAttention', 'QOrderedMatMul'],
  ...['QOrderedLongformerAttention', 'TorchEmbedding', 'FusedMoE', 'LinearAttention'],
]);

const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.preview.training', 'com.microsoft']);
const isInternalDomain = (domain: string): boolean =>
  domain === 'com.microsoft.nchwc' || domain === 'com.ms.internal.nhwc';

class UnknownShape extends Error {}

/** Multiply-accumulates of a node for one inference, without those of its subgraphs; null where a shape or the operator is unknown. */
export function nodeMacs(node: NodeProto, shapeOf: ShapeOf): number | null {
  if (!knownDomains.has(node.domain) && !isInternalDomain(node.domain)) return null;
  if (node.domain === 'com.microsoft' && uncounted.has(node.opType)) return null;
  const counter = counterOf(node);
  if (counter === undefined) return 0;
  const shapeAt =
    (names: readonly string[]) =>
    (index: number): Shape => {
      const name = names[index];
      const shape = name === undefined || name === '' ? undefined : shapeOf(name);
      // No operand counted here is a scalar: an empty shape means that ONNX Runtime could not tell.
      if (shape === undefined || shape.length === 0) throw new UnknownShape();
      return shape;
    };
  try {
    const macs = counter(node, shapeAt(node.input), shapeAt(node.output));
    return Number.isFinite(macs) ? macs : null;
  } catch (error) {
    if (error instanceof UnknownShape) return null;
    throw error;
  }
}

/** Whether the node's multiply-accumulates are not zero by definition. */
export const isCounted = (node: NodeProto): boolean => nodeMacs(node, () => undefined) === null;

function counterOf(node: NodeProto): Counter | undefined {
  if (node.opType === 'Attention') return node.domain === 'com.microsoft' ? fusedAttention : standardAttention;
  return Object.hasOwn(counters, node.opType) ? counters[node.opType] : undefined;
}

/** Whether and how a model is quantized, from its operators. */
import { intAttribute } from '../onnx/proto.ts';
import type { NodeProto } from '../onnx/proto.ts';
import { elementTypeName } from '../onnx/tensor.ts';

const dynamicOperators = new Set([
  ...['DynamicQuantizeLinear', 'MatMulInteger', 'ConvInteger', 'DynamicQuantizeMatMul', 'DynamicQuantizeLSTM'],
  ...['MatMulIntegerToFloat', 'QAttention', 'MatMulInteger16'],
]);

/** The element type of a constant by tensor name, or undefined. */
export type ConstantTypeOf = (tensor: string) => number | undefined;

/** How the nodes are quantized, in words (`int8 (Q/DQ)`), or null. Each form once, weights' types first. */
export function quantizationOf(nodes: readonly NodeProto[], constantType: ConstantTypeOf): string | null {
  const forms = new Map<string, Set<string>>();
  const add = (form: string, type: string | undefined): void => {
    const types = forms.get(form) ?? new Set();
    if (type !== undefined) types.add(type);
    forms.set(form, types);
  };
  const operators = new Set(nodes.map((node) => node.opType));
  const weightsOnly = !operators.has('QuantizeLinear');
  for (const node of nodes) {
    const typeOf = (index: number): string | undefined => {
      const type = constantType(node.input[index] ?? '');
      return type === undefined ? undefined : elementTypeName(type);
    };
    if (node.opType === 'DequantizeLinear') add(weightsOnly ? 'weights only' : 'Q/DQ', dequantizedType(typeOf));
    else if (node.opType === 'MatMulNBits')
      add(`MatMulNBits, blocks of ${intAttribute(node, 'block_size', 32)}`, `int${intAttribute(node, 'bits', 4)}`);
    else if (node.opType === 'MatMulBnb4') add('MatMulBnb4', 'int4');
    else if (dynamicOperators.has(node.opType)) add('dynamic', typeOf(1));
    else if (/^QLinear(Conv|MatMul)$|^QGemm$/.test(node.opType)) add('QLinear operators', typeOf(3));
  }
  if (forms.size === 0) return null;
  return [...forms].map(([form, types]) => `${[...types].join(' and ') || 'int8'} (${form})`).join(', ');
}

/** Weights and zero points of quantized layers; an int32 bias says nothing. */
function dequantizedType(typeOf: (index: number) => string | undefined): string | undefined {
  const type = typeOf(0) ?? typeOf(2);
  return type === 'int32' ? undefined : type;
}

/** Names of constants that are scales and zero points, which are no parameters of the network. */
export function quantizationConstants(nodes: readonly NodeProto[]): Set<string> {
  const names = new Set<string>();
  const add = (node: NodeProto, indices: readonly number[]): void => {
    for (const index of indices) names.add(node.input[index] ?? '');
  };
  for (const node of nodes) {
    if (node.opType === 'QuantizeLinear' || node.opType === 'DequantizeLinear') add(node, [1, 2]);
    else if (node.opType === 'QLinearConv' || node.opType === 'QLinearMatMul' || node.opType === 'QGemm') {
      add(node, node.opType === 'QGemm' ? [1, 2, 4, 5, 7, 8] : [1, 2, 4, 5, 6, 7]);
    } else if (node.opType === 'MatMulInteger' || node.opType === 'ConvInteger') add(node, [2, 3]);
    else if (node.opType === 'MatMulIntegerToFloat') add(node, [2, 3, 4, 5]);
    else if (node.opType === 'DynamicQuantizeMatMul') add(node, [2, 3]);
    else if (node.opType === 'DynamicQuantizeLSTM') add(node, [8, 9, 10, 11]);
    else if (node.opType === 'MatMulNBits') add(node, [2, 3]);
    else if (node.opType === 'QAttention') add(node, [3, 4, 6, 7]);
  }
  return names;
}

/** Parameters that a packed weight holds: its tensor's elements are bytes of several. */
export function packedWeights(nodes: readonly NodeProto[]): Map<string, number> {
  const packed = new Map<string, number>();
  for (const node of nodes) {
    if (node.opType !== 'MatMulNBits' && node.opType !== 'MatMulBnb4') continue;
    packed.set(node.input[1] ?? '', intAttribute(node, 'K', 0) * intAttribute(node, 'N', 0));
  }
  return packed;
}

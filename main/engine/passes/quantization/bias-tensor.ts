import { floatAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { floatTensor, tensorShape } from '../../onnx/tensor.ts';
import { floatValues, isFloatTensor } from './quantize-weight.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** The bias of a node as one value a channel, `beta` of Gemm multiplied in; or why integers can't take it. */
export function biasTensor(
  node: NodeProto,
  tensor: TensorProto | undefined,
  channels: number,
): { readonly tensor: TensorProto } | { readonly left: string } {
  if (tensor === undefined) return { left: say('biasComputed') };
  if (!isFloatTensor(tensor)) return { left: say('biasNotFloat') };
  const shape = tensorShape(tensor);
  const values = floatValues(tensor);
  const isRow = values.length === channels && shape.at(-1) === channels;
  if (!isRow && values.length !== 1) return { left: say('biasOfOtherShape', { shape: shape.join(', ') }) };
  const beta = Math.fround(floatAttribute(node, 'beta', 1));
  if (shape.length === 1 && isRow && beta === 1) return { tensor };
  const row = Float32Array.from({ length: channels }, (_, channel) => (isRow ? values[channel]! : values[0]!) * beta);
  return { tensor: floatTensor(tensor.name, row) };
}

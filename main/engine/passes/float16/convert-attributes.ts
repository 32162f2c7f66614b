import { DataType, findAttribute, intAttribute, withAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor, tensorShape, withFloatValues } from '../../onnx/tensor.ts';
import { toFloat16 } from './float16-values.ts';
import type { Float16Losses } from './float16-values.ts';

/** A float32 tensor as float16, under a name. Adds to `losses`. */
export const float16Tensor = (tensor: TensorProto, name: string, losses: Float16Losses): TensorProto =>
  withFloatValues(tensor, (values) =>
    makeTensor(name, DataType.FLOAT16, tensorShape(tensor), toFloat16(values, losses)),
  );

/** The node with attributes that ask for float32 asking for float16. Adds to `losses`. */
export function convertAttributes(node: NodeProto, losses: Float16Losses): NodeProto {
  switch (node.opType) {
    case 'Cast':
      return retype(node, 'to', null);
    case 'RandomNormal':
    case 'RandomUniform':
      return retype(node, 'dtype', DataType.FLOAT);
    case 'RandomNormalLike':
    case 'Bernoulli':
      return retype(node, 'dtype', null);
    case 'EyeLike':
      return retype(node, 'dtype', null);
    case 'Constant':
    case 'ConstantOfShape':
      return convertValue(node, losses);
    default:
      return node;
  }
}

/** `fallback`: what the attribute means where it is left out; null where the type then follows the input. */
function retype(node: NodeProto, attribute: string, fallback: number | null): NodeProto {
  const dataType = intAttribute(node, attribute, fallback ?? DataType.UNDEFINED);
  return dataType === DataType.FLOAT ? withAttribute(node, attribute, DataType.FLOAT16) : node;
}

function convertValue(node: NodeProto, losses: Float16Losses): NodeProto {
  const tensor = findAttribute(node, 'value')?.t;
  if (tensor?.dataType === DataType.FLOAT)
    return withAttribute(node, 'value', { tensor: float16Tensor(tensor, tensor.name, losses) });
  if (tensor === undefined && node.opType === 'ConstantOfShape') {
    return withAttribute(node, 'value', { tensor: makeTensor('', DataType.FLOAT16, [1], new Float16Array(1)) });
  }
  return node;
}

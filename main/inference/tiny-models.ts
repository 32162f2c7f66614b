/** Models of a few nodes, built in code. */
import { create } from '@bufbuild/protobuf';
import { DataType, ModelProtoSchema, makeNode } from '../engine/onnx/proto.ts';
import type { NodeProto, TensorProto } from '../engine/onnx/proto.ts';
import { floatTensor } from '../engine/onnx/tensor.ts';
import { encodeModel } from '../engine/onnx/write-model.ts';

/** `y = x` for one float32. */
export const identityModel = (): Uint8Array => modelOf([makeNode('Identity', ['x'], ['y'])], [], 1);

/** `y = relu(x·W + b)` for four float32, W and b such that `proofOutput` comes out of `proofInput`. */
export const proofModel = (): Uint8Array =>
  modelOf(
    [
      makeNode('MatMul', ['x', 'w'], ['product']),
      makeNode('Add', ['product', 'b'], ['sum']),
      makeNode('Relu', ['sum'], ['positive']),
      makeNode('Mul', ['positive', 'positive'], ['y']),
    ],
    [floatTensor('w', [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4], [4, 4]), floatTensor('b', [1, 1, 1, -100])],
    4,
  );

function modelOf(node: NodeProto[], initializer: TensorProto[], size: number): Uint8Array {
  const value = (name: string) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType: DataType.FLOAT,
          shape: {
            dim: [1, size].map((dimValue) => ({ value: { case: 'dimValue' as const, value: BigInt(dimValue) } })),
          },
        },
      },
    },
  });
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: { name: 'tiny', node, initializer, input: [value('x')], output: [value('y')] },
    }),
  );
}

import { create } from '@bufbuild/protobuf';
import { DataType, TensorProtoSchema, makeNode } from '../../main/engine/onnx/proto.ts';
import type { ModelProto, TensorProto } from '../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor, makeTensor } from '../../main/engine/onnx/tensor.ts';
import { seededRandom } from '../fixtures/example-run.ts';
import { builtModel, floats } from '../fixtures/built-models.ts';

/** `numbers`: weights as lists of numbers; `open`: as many rows are multiplied as the input has zeros. */
export type LargeForm = 'raw' | 'numbers' | 'open';

const side = 1_000;
const rows = 8;

/** A chain of matrix products with so many MB (10^6 bytes) of float32 weights, all the same array in memory. */
export function largeModel(megabytes: number, form: LargeForm): ModelProto {
  const layers = Math.round((megabytes * 1e6) / (side * side * 4));
  const random = seededRandom(layers);
  const values = Float32Array.from({ length: side * side }, () => (random() - 0.5) / side);
  const weights = Array.from({ length: layers }, (_, layer): TensorProto => {
    if (form !== 'numbers') return makeTensor(`w${layer}`, DataType.FLOAT, [side, side], values);
    const dims = [BigInt(side), BigInt(side)];
    return create(TensorProtoSchema, { name: `w${layer}`, dataType: DataType.FLOAT, dims, floatData: [...values] });
  });
  const products = weights.map(({ name }, layer) => makeNode('MatMul', [`t${layer}`, name], [`t${layer + 1}`]));
  const outputs = [floats(`t${layers}`, null)];
  if (form !== 'open') {
    const nodes = [makeNode('Identity', ['x'], ['t0']), ...products];
    return builtModel({ nodes, initializers: weights, inputs: [floats('x', ['batch', side])], outputs });
  }
  const start = [
    makeNode('Equal', ['x', 'zero'], ['isZero']),
    makeNode('NonZero', ['isZero'], ['where']),
    makeNode('Shape', ['where'], ['count'], { attributes: { start: 1 } }),
    makeNode('Concat', ['count', 'side'], ['shape'], { attributes: { axis: 0 } }),
    makeNode('ConstantOfShape', ['shape'], ['t0']),
  ];
  const initializers = [...weights, int64Tensor('side', [side]), floatTensor('zero', [0], [])];
  return builtModel({ nodes: [...start, ...products], initializers, inputs: [floats('x', [rows])], outputs });
}

/** Generated models of the sizes that the benchmarks name. */
import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, makeNode } from '../../main/engine/onnx/proto.ts';
import type { ModelProto, NodeProto, TensorProto } from '../../main/engine/onnx/proto.ts';
import { floatTensor } from '../../main/engine/onnx/tensor.ts';
import { valueInfoOf } from '../../main/engine/onnx/value-info.ts';

/** Residual blocks of two 3×3 convolutions with batch normalization, as wide as it takes for 100 MB. */
export function resnetLike(): ModelProto {
  const channels = 512;
  const blocks = 5;
  const initializer: TensorProto[] = [];
  const node: NodeProto[] = [];
  const weights = (name: string, shape: readonly number[], scale: number): string => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let at = 0; at < values.length; at += 1) values[at] = Math.sin(at * 12.9898 + name.length) * scale;
    initializer.push(floatTensor(name, values, shape));
    return name;
  };
  const convolution = (from: string, to: string, inputs: number): void => {
    node.push(
      makeNode('Conv', [from, weights(`${to}_w`, [channels, inputs, 3, 3], 0.02)], [`${to}_c`], {
        name: `${to}_conv`,
        attributes: { pads: [1, 1, 1, 1] },
      }),
    );
    const parameters = ['gamma', 'beta', 'mean'].map((part) => weights(`${to}_${part}`, [channels], 0.5));
    const variance = `${to}_variance`;
    initializer.push(floatTensor(variance, new Float32Array(channels).fill(1)));
    node.push(makeNode('BatchNormalization', [`${to}_c`, ...parameters, variance], [to], { name: `${to}_norm` }));
  };
  convolution('image', 'stem', 3);
  let last = 'stem';
  for (let block = 0; block < blocks; block += 1) {
    convolution(last, `b${block}a`, channels);
    node.push(makeNode('Relu', [`b${block}a`], [`b${block}r`], { name: `b${block}_relu` }));
    convolution(`b${block}r`, `b${block}b`, channels);
    node.push(makeNode('Add', [`b${block}b`, last], [`b${block}`], { name: `b${block}_add` }));
    last = `b${block}`;
  }
  node.push(makeNode('GlobalAveragePool', [last], ['features'], { name: 'pool' }));
  const info = (name: string, shape: readonly (number | string)[]) =>
    valueInfoOf({ name, elementType: 'float32', shape });
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'resnet-like',
      node,
      initializer,
      input: [info('image', ['batch', 3, 32, 32])],
      output: [info('features', ['batch', channels, 1, 1])],
    },
  });
}

/** Feed-forward blocks of a transformer, 1,024 wide and 4,096 inside: two products a block, about 34 MB each. */
export function transformerLike(megabytes: number): ModelProto {
  const [width, inside] = [1_024, 4_096];
  const blocks = Math.round((megabytes * 1e6) / (2 * width * inside * 4));
  const initializer: TensorProto[] = [];
  const node: NodeProto[] = [];
  const product = (from: string, to: string, rows: number, columns: number): string => {
    const values = new Float32Array(rows * columns);
    for (let at = 0; at < values.length; at += 1) values[at] = Math.sin(at * 12.9898 + initializer.length) * 0.02;
    initializer.push(floatTensor(`${to}_w`, values, [rows, columns]));
    node.push(makeNode('MatMul', [from, `${to}_w`], [to], { name: to }));
    return to;
  };
  let last = 'x';
  for (let block = 0; block < blocks; block += 1) {
    const hidden = product(last, `b${block}_up`, width, inside);
    node.push(makeNode('Relu', [hidden], [`b${block}_relu`], { name: `b${block}_relu` }));
    const down = product(`b${block}_relu`, `b${block}_down`, inside, width);
    node.push(makeNode('Add', [down, last], [`b${block}`], { name: `b${block}_add` }));
    last = `b${block}`;
  }
  const info = (name: string) => valueInfoOf({ name, elementType: 'float32', shape: ['batch', width] });
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: { name: 'transformer-like', node, initializer, input: [info('x')], output: [info(last)] },
  });
}

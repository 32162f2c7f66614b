/** Graphs of the size and shape of well-known networks, weights made up. */
import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, makeNode } from '../../main/engine/onnx/proto.ts';
import type { ModelProto, NodeProto, TensorProto } from '../../main/engine/onnx/proto.ts';
import { floatTensor } from '../../main/engine/onnx/tensor.ts';
import { valueInfoOf } from '../../main/engine/onnx/value-info.ts';

function network(
  grow: (conv: Conv, add: (a: string, b: string) => string) => { y: string; channels: number },
): ModelProto {
  const initializer: TensorProto[] = [];
  const node: NodeProto[] = [];
  const weight = (shape: readonly number[]): string => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let at = 0; at < values.length; at += 1) values[at] = Math.sin(at * 12.9898 + initializer.length) * 0.05;
    initializer.push(floatTensor(`w${initializer.length}`, values, shape));
    return initializer.at(-1)!.name;
  };
  const conv: Conv = (x, input, output, { kernel = 1, stride = 1, group = 1, relu = true } = {}) => {
    const name = `conv${node.length}`;
    const pad = (kernel - 1) / 2;
    node.push(
      makeNode('Conv', [x, weight([output, input / group, kernel, kernel]), weight([output])], [name], {
        ...{ name, attributes: { pads: [pad, pad, pad, pad], strides: [stride, stride], group } },
      }),
    );
    if (!relu) return name;
    node.push(makeNode('Relu', [name], [`${name}_relu`], { name: `${name}_relu` }));
    return `${name}_relu`;
  };
  const add = (a: string, b: string): string => {
    const name = `add${node.length}`;
    node.push(makeNode('Add', [a, b], [name], { name }));
    return name;
  };
  const { y, channels } = grow(conv, add);
  node.push(
    makeNode('GlobalAveragePool', [y], ['pooled'], { name: 'pool' }),
    makeNode('Flatten', ['pooled'], ['flat'], { name: 'flatten' }),
    makeNode('Gemm', ['flat', weight([1_000, channels])], ['logits'], { name: 'head', attributes: { transB: 1 } }),
  );
  const info = (name: string, shape: readonly (number | string)[]) =>
    valueInfoOf({ name, elementType: 'float32', shape });
  return create(ModelProtoSchema, {
    ...{ irVersion: 8n, opsetImport: [{ domain: '', version: 17n }] },
    graph: {
      ...{ name: 'network', node, initializer },
      input: [info('image', ['batch', 3, 224, 224])],
      output: [info('logits', ['batch', 1_000])],
    },
  });
}

type Conv = (
  x: string,
  input: number,
  output: number,
  options?: { kernel?: number; stride?: number; group?: number; relu?: boolean },
) => string;

/** 53 convolutions, 25.5 million parameters (102 MB). He et al. 2016. */
export const resnetLike = (): ModelProto =>
  network((conv, add) => {
    let y = conv('image', 3, 64, { kernel: 7, stride: 4 });
    let channels = 64;
    for (const [blocks, width, stride] of [
      [3, 64, 1],
      [4, 128, 2],
      [6, 256, 2],
      [3, 512, 2],
    ] as const) {
      for (let block = 0; block < blocks; block += 1) {
        const step = block === 0 ? stride : 1;
        const inner = conv(conv(y, channels, width), width, width, { kernel: 3, stride: step });
        const out = conv(inner, width, 4 * width, { relu: false });
        const shortcut = block === 0 ? conv(y, channels, 4 * width, { stride: step, relu: false }) : y;
        y = add(out, shortcut);
        channels = 4 * width;
      }
    }
    return { y, channels };
  });

/** 17 inverted residuals, 3.5 million parameters. Sandler et al. 2018. */
export const mobilenetLike = (): ModelProto =>
  network((conv, add) => {
    let y = conv('image', 3, 32, { kernel: 3, stride: 2 });
    let channels = 32;
    for (const [expansion, width, blocks, stride] of [
      [1, 16, 1, 1],
      [6, 24, 2, 2],
      [6, 32, 3, 2],
      [6, 64, 4, 2],
      [6, 96, 3, 1],
      [6, 160, 3, 2],
      [6, 320, 1, 1],
    ] as const) {
      for (let block = 0; block < blocks; block += 1) {
        const hidden = channels * expansion;
        const wide = expansion === 1 ? y : conv(y, channels, hidden);
        const deep = conv(wide, hidden, hidden, { kernel: 3, stride: block === 0 ? stride : 1, group: hidden });
        const out = conv(deep, hidden, width, { relu: false });
        y = channels === width ? add(out, y) : out;
        channels = width;
      }
    }
    return { y: conv(y, channels, 1_280), channels: 1_280 };
  });

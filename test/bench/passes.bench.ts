/** Passes on a generated ResNet-like model of 100 MB: time, and peak memory against the file's size. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, makeNode } from '../../main/engine/onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../main/engine/onnx/proto.ts';
import { floatTensor } from '../../main/engine/onnx/tensor.ts';
import { valueInfoOf } from '../../main/engine/onnx/value-info.ts';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const rounds = 5;

/** Residual blocks of two 3×3 convolutions with batch normalization, as wide as it takes for 100 MB. */
function resnetLike(): Parameters<typeof writeModel>[0] {
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

interface Reading {
  readonly passMs: Readonly<Record<string, number>>;
  readonly wholeMs: number;
  readonly beforeBytes: number | null;
  readonly peakBytes: number | null;
}

/** fp16 of 100 MB: the pass, the whole recipe with reading and writing, and memory. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-'));
  try {
    const modelPath = join(folder, 'resnet-like.onnx');
    await writeModel(resnetLike(), modelPath);
    const fileBytes = statSync(modelPath).size;
    const run = (...passes: readonly string[]): readonly Reading[] =>
      Array.from({ length: rounds }, (_, round) => {
        const args = [
          '--expose-gc',
          join(import.meta.dirname, 'passes-process.ts'),
          modelPath,
          join(folder, `round-${round}`),
          ...passes,
        ];
        return JSON.parse(
          execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
        ) as Reading;
      });
    const alone = run('convert-to-float16');
    const recipe = run('normalize', 'convert-to-float16');
    const note = `${(fileBytes / 1e6).toFixed(0)} MB, ${rounds} rounds`;
    const seconds = (values: readonly number[]): number => median(values) / 1_000;
    const memory = (readings: readonly Reading[]): number =>
      median(readings.map(({ peakBytes }) => (peakBytes ?? NaN) / fileBytes));
    const beyond = (readings: readonly Reading[]): string => {
      const own = readings.map(({ peakBytes, beforeBytes }) => ((peakBytes ?? NaN) - (beforeBytes ?? NaN)) / fileBytes);
      const before = median(readings.map(({ beforeBytes }) => (beforeBytes ?? NaN) / 1e6));
      return `${median(own).toFixed(2)}× beyond the ${before.toFixed(0)} MB that Node and ONNX Runtime take before the model is read`;
    };
    return [
      {
        name: 'fp16, the pass alone',
        value: seconds(alone.map(({ passMs }) => passMs['convert-to-float16']!)),
        unit: 's',
        target: 1,
        better: 'lower',
        note,
      },
      {
        name: 'fp16, file to file',
        value: seconds(alone.map(({ wholeMs }) => wholeMs)),
        unit: 's',
        target: 1,
        better: 'lower',
        note: 'reads, converts, writes, opens the result',
      },
      {
        name: 'recipe fp16 with normalize, file to file',
        value: seconds(recipe.map(({ wholeMs }) => wholeMs)),
        unit: 's',
        target: 2,
        better: 'lower',
      },
      {
        name: 'fp16, peak memory of the process over the file',
        value: memory(alone),
        unit: '×',
        target: 2.5,
        better: 'lower',
        note: beyond(alone),
      },
      {
        name: 'recipe fp16 with normalize, peak memory of the process over the file',
        value: memory(recipe),
        unit: '×',
        target: 2.5,
        better: 'lower',
        note: beyond(recipe),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

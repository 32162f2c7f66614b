import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DataType, makeNode } from '../../../main/engine/onnx/proto.ts';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { makeTensor, tensorValues } from '../../../main/engine/onnx/tensor.ts';
import { encodeModel, writeModel } from '../../../main/engine/onnx/write-model.ts';
import { builtModel, floats } from '../../fixtures/built-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'crivo-align-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('weights that are read can be looked at without a copy, and are the same wherever they stood in the file', async () => {
  const count = 20_000;
  // Names of different lengths put the weights at every offset.
  const names = ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg', 'hhhhhhhh'];
  const weights = names.flatMap((name, index) => [
    makeTensor(
      name,
      DataType.FLOAT,
      [count],
      Float32Array.from({ length: count }, (_, at) => at + index),
    ),
    makeTensor(`${name}2`, DataType.FLOAT16, [2 * count], new Float16Array(2 * count).fill(index)),
    makeTensor(`${name}8`, DataType.DOUBLE, [count], new Float64Array(count).fill(index)),
  ]);
  const nodes = names.map((name) => makeNode('Add', ['x', name], [`y_${name}`], { name: `add_${name}` }));
  const outputs = names.map((name) => floats(`y_${name}`, [count]));
  const model = builtModel({ nodes, initializers: weights, inputs: [floats('x', [count])], outputs });
  const path = join(folder, 'offsets.onnx');
  await writeModel(model, path);
  const read = await readModel(path);
  for (const [index, tensor] of read.graph!.initializer.entries()) {
    expect(tensorValues(tensor)).toEqual(tensorValues(weights[index]!));
    const shared = tensorValues(tensor).buffer === tensor.rawData.buffer;
    expect(shared || tensor.dataType === DataType.DOUBLE).toBe(true);
  }
  expect(Buffer.from(encodeModel(read)).equals(Buffer.from(encodeModel(model)))).toBe(true);
});

import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backingFiles, isFileBacked } from '../../../main/engine/onnx/file-backed.ts';
import type { BackingFiles } from '../../../main/engine/onnx/file-backed.ts';
import { moveToDisk } from '../../../main/engine/onnx/move-to-disk.ts';
import { openModelOnDisk } from '../../../main/engine/onnx/outline-model.ts';
import { DataType, makeNode } from '../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../main/engine/onnx/proto.ts';
import {
  makeTensor,
  ownTensorValues,
  renameTensor,
  tensorValues,
  withFloatValues,
} from '../../../main/engine/onnx/tensor.ts';
import { encodeModel, writeModel } from '../../../main/engine/onnx/write-model.ts';
import { builtModel, floats } from '../../fixtures/built-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'crivo-on-disk-'));
let files: BackingFiles;
beforeAll(() => (files = backingFiles()));
afterAll(() => {
  files.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Values of sizes below, between and above what is left in the file, and two tensors of one array. */
function weightedModel(): ModelProto {
  const values = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at));
  const large = makeTensor('large', DataType.FLOAT, [50_000], values(50_000));
  const initializers = [
    makeTensor('small', DataType.FLOAT, [10], values(10)),
    makeTensor('middle', DataType.FLOAT, [10_000], values(10_000)),
    large,
    renameTensor(large, 'tied'),
    makeTensor('halves', DataType.FLOAT16, [70_000], Float16Array.from(values(70_000))),
  ];
  const nodes = ['small', 'middle', 'large', 'tied'].map((name) =>
    makeNode('ReduceSum', [name], [`${name}_sum`], { name }),
  );
  const outputs = nodes.map(({ output }) => floats(output[0]!, []));
  return builtModel({ nodes, initializers, inputs: [], outputs });
}

const bytes = (model: ModelProto): Buffer => Buffer.from(encodeModel(model));

describe.each([
  ['in one file', undefined],
  ['with external data', 1],
])('a model %s, opened on disk', (label, externalDataThresholdBytes) => {
  const path = join(folder, `${label}.onnx`);
  const source = weightedModel();

  test('keeps large values in the file and gives them when they are looked at', async () => {
    await writeModel(source, path, externalDataThresholdBytes === undefined ? {} : { externalDataThresholdBytes });
    const { model, close } = await openModelOnDisk(path);
    const tensors = model.graph!.initializer;
    expect(tensors.map(({ rawData }) => isFileBacked(rawData) && rawData.byteLength >= 65_536)).toEqual(
      [false, false, true, true, true],
    ); // prettier-ignore
    for (const [index, tensor] of tensors.entries()) {
      expect(tensorValues(tensor)).toEqual(tensorValues(source.graph!.initializer[index]!));
      expect(tensorValues(tensor)).toEqual(ownTensorValues(tensor));
    }
    expect(bytes(model).equals(bytes(source))).toBe(true);
    await writeModel(model, join(folder, 'again.onnx'));
    expect(readFileSync(join(folder, 'again.onnx')).equals(bytes(source))).toBe(true);
    await close();
  });

  test('lends values without mixing up those that are looked at together', async () => {
    const { model, close } = await openModelOnDisk(path);
    const [, , large, tied] = model.graph!.initializer;
    const expected = tensorValues(source.graph!.initializer[2]!);
    withFloatValues(large!, (outer) =>
      withFloatValues(tied!, (inner) => {
        expect(inner.buffer).not.toBe(outer.buffer);
        expect(outer).toEqual(expected);
        expect(inner).toEqual(expected);
      }),
    );
    await close();
  });
});

test('values that were made are moved to a file once, shared ones too, and the model stays the same', async () => {
  const made = weightedModel();
  const path = join(folder, 'values.data');
  const moved = await moveToDisk(made, path, files);
  expect(statSync(path).size).toBe(200_000 + 140_000);
  expect(bytes(moved).equals(bytes(made))).toBe(true);
  expect(await moveToDisk(moved, join(folder, 'unwritten.data'), files)).toBe(moved);
});

test('a file that became shorter meanwhile, and one that cannot be written, are told of', async () => {
  const path = join(folder, 'shrinking.onnx');
  await writeModel(weightedModel(), path);
  const { model, close } = await openModelOnDisk(path);
  truncateSync(path, 1_000);
  expect(() => tensorValues(model.graph!.initializer[2]!)).toThrow('The file became shorter while it was read');
  await close();
  const nowhere = join(folder, 'missing', 'values.data');
  await expect(moveToDisk(weightedModel(), nowhere, files)).rejects.toThrow(
    `${nowhere} can't be written: the system refused (ENOENT).`,
  );
});

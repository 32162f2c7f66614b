import { fromBinary } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ModelProtoSchema } from '../../../main/engine/onnx/proto.ts';
import { decodeModel, readModel } from '../../../main/engine/onnx/read-model.ts';
import { tensorValues } from '../../../main/engine/onnx/tensor.ts';
import { tensorsOf } from '../../../main/engine/onnx/tensors-of.ts';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import { realModels } from '../../fixtures/real-models.ts';

test.each(Object.entries(realModels))('%s is written as it was read, byte for byte', (_, path) => {
  const bytes = readFileSync(path);
  expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).toBe(0);
});

test.each(Object.entries(realModels))('%s has the values that the protobuf library reads', (_, path) => {
  const bytes = readFileSync(path);
  const plain = [...tensorsOf(fromBinary(ModelProtoSchema, bytes))];
  const ours = [...tensorsOf(decodeModel(bytes))];
  expect(ours.map(({ label }) => label)).toEqual(plain.map(({ label }) => label));
  ours.forEach(({ tensor, label }, index) => {
    const { buffer, byteOffset, byteLength } = tensorValues(tensor);
    const expected = tensorValues(plain[index]!.tensor);
    const left = Buffer.from(buffer, byteOffset, byteLength);
    const right = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
    expect(Buffer.compare(left, right), label).toBe(0);
  });
});

test('a file gives the model that its bytes give', async () => {
  const fromFile = encodeModel(await readModel(realModels.recognition));
  expect(Buffer.compare(fromFile, readFileSync(realModels.recognition))).toBe(0);
});

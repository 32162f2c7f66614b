import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CrivoError } from '../../../shared/errors.ts';
import { encodeChunks } from '../../../main/engine/onnx/encode-chunks.ts';
import { DataType, ModelProtoSchema, TensorProtoSchema } from '../../../main/engine/onnx/proto.ts';
import type { TensorProto } from '../../../main/engine/onnx/proto.ts';
import { decodeModel, readModel } from '../../../main/engine/onnx/read-model.ts';
import { elementBits, makeTensor, tensorValues } from '../../../main/engine/onnx/tensor.ts';
import { encodeModel, writeModel } from '../../../main/engine/onnx/write-model.ts';
import { arbitraryModel } from '../../fixtures/arbitrary-model.ts';
import { productModel } from '../../fixtures/built-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

test('any model is written as it was read, byte for byte, unknown fields included', () => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const bytes = toBinary(ModelProtoSchema, model);
      expect(Buffer.compare(encodeModel(decodeModel(bytes)), bytes)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('any beginning of a model is read, or refused with a reason', () => {
  fc.assert(
    fc.property(arbitraryModel, fc.double({ min: 0, max: 1, noNaN: true }), (model, share) => {
      const bytes = toBinary(ModelProtoSchema, model);
      try {
        decodeModel(bytes.subarray(0, Math.floor(bytes.byteLength * share)));
      } catch (error) {
        expect(error).toBeInstanceOf(CrivoError);
        expect(error).toMatchObject({ kind: 'invalid-model' });
      }
    }),
    { numRuns: 300 },
  );
});

test('any bytes are read, or refused with a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expect(() => decodeModel(bytes)).toThrow(CrivoError);
    }),
    { numRuns: 1_000 },
  );
});

test('weights of any size leave as chunks what the protobuf library writes in one piece', () => {
  const sizes = fc.array(fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 200_000), { maxLength: 4 });
  fc.assert(
    fc.property(arbitraryModel, sizes, (model, lengths) => {
      const weights = lengths.map((length, index) =>
        makeTensor(`w${index}`, DataType.UINT8, [length], new Uint8Array(length).fill(index)),
      );
      model.graph!.initializer.push(...weights);
      expect(Buffer.compare(Buffer.concat(encodeChunks(model)), toBinary(ModelProtoSchema, model))).toBe(0);
    }),
    { numRuns: 100 },
  );
});

/** Element types with the typed field that holds them, and any value of it. */
const typed: readonly (readonly [type: number, field: keyof TensorProto, value: fc.Arbitrary<unknown>])[] = [
  [DataType.FLOAT, 'floatData', fc.float()],
  [DataType.DOUBLE, 'doubleData', fc.double()],
  [DataType.INT64, 'int64Data', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [DataType.UINT64, 'uint64Data', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [DataType.UINT32, 'uint64Data', fc.bigInt({ min: 0n, max: 2n ** 32n - 1n })],
  [DataType.INT32, 'int32Data', fc.integer()],
  [DataType.INT16, 'int32Data', fc.integer({ min: -32_768, max: 32_767 })],
  [DataType.UINT16, 'int32Data', fc.nat({ max: 65_535 })],
  [DataType.INT8, 'int32Data', fc.integer({ min: -128, max: 127 })],
  [DataType.UINT8, 'int32Data', fc.nat({ max: 255 })],
  [DataType.BOOL, 'int32Data', fc.nat({ max: 1 })],
  [DataType.FLOAT16, 'int32Data', fc.nat({ max: 65_535 })],
  [DataType.BFLOAT16, 'int32Data', fc.nat({ max: 65_535 })],
  [DataType.INT4, 'int32Data', fc.nat({ max: 255 })],
];

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

test.each(typed)(
  'values of element type %i, in %s, are the same after reading, short or long',
  (dataType, field, value) => {
    const values = fc.array(value, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.constantFrom(1, 500), (some, times) => {
        const all = Array.from({ length: times }, () => some).flat();
        const count = elementBits(dataType) === 4 ? all.length * 2 : all.length;
        const tensor = create(TensorProtoSchema, { name: 'w', dataType, dims: [BigInt(count)], [field]: all });
        const bytes = Buffer.from(toBinary(ModelProtoSchema, productModel(tensor)));
        const before = Buffer.from(bytes);
        const model = decodeModel(bytes);
        expect(Buffer.compare(bytes, before)).toBe(0);
        const expected = bytesOf(tensorValues(tensor));
        expect(Buffer.compare(bytesOf(tensorValues(model.graph!.initializer[0]!)), expected)).toBe(0);
        const again = decodeModel(encodeModel(model));
        expect(Buffer.compare(bytesOf(tensorValues(again.graph!.initializer[0]!)), expected)).toBe(0);
      }),
      { numRuns: 40 },
    );
  },
);

test('weights that move to a data file and back are the same model', async () => {
  const folder = temporaryFolder();
  const lengths = fc.array(fc.nat({ max: 9_000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lengths, async (sizes) => {
      const model = productModel();
      sizes.forEach((size, index) => {
        const values = Uint8Array.from({ length: size }, (_, at) => at * (index + 1));
        model.graph!.initializer.push(makeTensor(`extra${index}`, DataType.UINT8, [size], values));
      });
      const path = join(folder, 'model.onnx');
      await writeModel(model, path, { externalDataThresholdBytes: 0 });
      expect(Buffer.compare(encodeModel(await readModel(path)), encodeModel(model))).toBe(0);
      const kept = encodeModel(await readModel(path, { externalData: 'keep' }));
      expect(kept.byteLength).toBeLessThan(1_024 * (sizes.length + 2));
    }),
    { numRuns: 40 },
  );
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

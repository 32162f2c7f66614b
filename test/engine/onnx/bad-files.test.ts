import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataType, ModelProtoSchema, TensorProtoSchema } from '../../../main/engine/onnx/proto.ts';
import { openModelOutline } from '../../../main/engine/onnx/outline-model.ts';
import { decodeModel, readModel } from '../../../main/engine/onnx/read-model.ts';
import { seededRandom } from '../../fixtures/example-run.ts';
import { productModel } from '../../fixtures/built-models.ts';
import { realModels } from '../../fixtures/real-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const resnet = readFileSync(realModels.resnet);
const random = (seed: number, length: number): Uint8Array => {
  const next = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
};
const tensor = (fields: Parameters<typeof create<typeof TensorProtoSchema>>[1]) =>
  toBinary(ModelProtoSchema, productModel(create(TensorProtoSchema, { name: 'w', ...fields })));
const nested = (depth: number): Uint8Array => {
  let bytes = new Uint8Array(0);
  // Field 5 (t), 6 (g) and 1 (node), 5 (attribute): a graph in a graph in a graph.
  for (let level = 0; level < depth; level += 1) {
    for (const field of [6, 5, 1]) {
      bytes = new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish() as Uint8Array<ArrayBuffer>;
    }
  }
  return new BinaryWriter().tag(1, WireType.Varint).int64(8n).tag(7, WireType.LengthDelimited).bytes(bytes).finish();
};
/** Many empty nodes: two bytes each in the file, hundreds in memory. */
const crowd = (count: number): Uint8Array => {
  const nodes = new Uint8Array(count * 2).map((_, index) => (index % 2 === 0 ? 0x0a : 0));
  return new BinaryWriter().tag(1, WireType.Varint).int64(8n).tag(7, WireType.LengthDelimited).bytes(nodes).finish();
};

const cases: readonly (readonly [name: string, bytes: Uint8Array, message: RegExp])[] = [
  ['empty', new Uint8Array(0), /is empty; export or download it again/],
  [
    'cut in the middle',
    resnet.subarray(0, resnet.length / 2),
    /is cut short or damaged: .* declares \d+ bytes and only/,
  ],
  ['cut by one byte', resnet.subarray(0, -1), /is cut short or damaged/],
  ['cut to its head', resnet.subarray(0, 20), /is not an ONNX model|is cut short or damaged/],
  ['followed by other bytes', Buffer.concat([resnet, random(1, 1_000)]), /is cut short or damaged/],
  ['random', random(2, 10_000), /is not an ONNX model; name a file that was exported to ONNX/],
  ['zeros', new Uint8Array(10_000), /is not an ONNX model/],
  ['text', Buffer.from('Hello, this is a note.\n'), /is not an ONNX model/],
  ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /git lfs pull/],
  ['a PyTorch archive', Buffer.from('PK\x03\x04\x00\x00', 'latin1'), /is a ZIP archive .* export the model to ONNX/],
  ['a web page', Buffer.from('<!DOCTYPE html><html>'), /is a web page, not an ONNX model; download it again/],
  ['in ORT format', Buffer.from('\x20\x00\x00\x00ORTM', 'latin1'), /is a model in ORT format/],
  [
    'another protobuf',
    new BinaryWriter().tag(1, WireType.LengthDelimited).string('caffe').finish(),
    /not an ONNX model/,
  ],
  ['without a graph', toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n })), /not an ONNX model/],
  [
    'without nodes',
    toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, graph: { name: 'empty' } })),
    /holds a graph without operators and outputs/,
  ],
  ['graphs in graphs', nested(40), /is cut short or damaged: it nests more than 100 messages/],
  ['a crowd of empty parts', crowd(1_000_000), /declares more than \d+ parts in \d+ bytes/],
];

/** What both ways of reading a file must refuse, in the same words. */
async function refusals(bytes: Uint8Array): Promise<readonly Error[]> {
  const path = join(temporaryFolder(), 'model.onnx');
  writeFileSync(path, bytes);
  const outline = openModelOutline(path).then(({ close }) => close());
  return Promise.all([readModel(path), outline].map((reading) => reading.then(never, (error: Error) => error)));
}
const never = (): never => expect.fail('it was read');

describe('a file that is', () => {
  test.each(cases)('%s is refused in one sentence', async (_, bytes, message) => {
    for (const error of await refusals(bytes)) {
      expect(error).toMatchObject({ kind: 'invalid-model' });
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^[^\n]*model\.onnx[^\n]*\.$/);
    }
    expect(() => decodeModel(bytes, 'model.onnx')).toThrow(message);
  });
});

describe('a tensor', () => {
  const values = new Uint8Array(44);
  test.each([
    [
      'larger than its bytes',
      { dataType: DataType.FLOAT, dims: [4n, 3n], rawData: values },
      /"w" is damaged: 44 bytes stored, 48 declared/,
    ],
    [
      'of 2^62 elements',
      { dataType: DataType.FLOAT, dims: [2n ** 31n, 2n ** 31n], rawData: values },
      /"w" declares the impossible shape/,
    ],
    [
      'of a negative size',
      { dataType: DataType.FLOAT, dims: [-4n, 3n], rawData: values },
      /impossible shape \[-4, 3\]/,
    ],
    [
      'with too few typed values',
      { dataType: DataType.FLOAT, dims: [4n, 3n], floatData: [1, 2] },
      /2 values stored, 12 declared/,
    ],
    [
      'with values of another type',
      { dataType: DataType.FLOAT, dims: [2n], int32Data: [1, 2] },
      /0 values stored, 2 declared/,
    ],
    [
      'of half bytes, one too few',
      { dataType: DataType.INT4, dims: [5n], rawData: new Uint8Array(2) },
      /2 bytes stored, 3 declared/,
    ],
  ] as const)('%s is refused', async (_, fields, message) => {
    for (const error of await refusals(tensor({ ...fields, dims: [...fields.dims] } as never))) {
      expect(error).toMatchObject({ kind: 'invalid-model' });
      expect(error.message).toMatch(message);
    }
  });
});

test('a file larger than protobuf can hold is refused unread', async () => {
  const path = join(temporaryFolder(), 'model.onnx');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 32);
  await expect(readModel(path)).rejects.toThrow(
    /larger than an ONNX file can be \(4 GiB\); save the model with external data/,
  );
});

test('a folder and a missing file are told apart', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'model.onnx'));
  await expect(readModel(join(folder, 'model.onnx'))).rejects.toThrow(/is not a file; name an ONNX file/);
  await expect(readModel(join(folder, 'none.onnx'))).rejects.toMatchObject({ kind: 'not-found' });
});

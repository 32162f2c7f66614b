/** A model beyond 2 GiB, where lengths no longer fit 31 bits and one read no longer brings it all. Sparse: it takes no disk. */
import { toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { openSync, closeSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModelOutline } from '../../../main/engine/onnx/outline-model.ts';
import { DataType, GraphProtoSchema, makeNode } from '../../../main/engine/onnx/proto.ts';
import { readBytes } from '../../../main/engine/onnx/read-bytes.ts';
import { builtModel, floats } from '../../fixtures/built-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const weightBytes = 2 ** 31 + 64;
const lastBytes = Uint8Array.from([1, 2, 3, 4]);

const bytes = (write: (writer: BinaryWriter) => BinaryWriter): Uint8Array => write(new BinaryWriter()).finish();
const head = (field: number, sizeBytes: number): Uint8Array =>
  bytes((writer) => writer.tag(field, WireType.LengthDelimited).uint32(sizeBytes));

/** Writes `y` = `x` with an unused weight of more than 2 GiB at its end. */
function writeLargeModel(path: string): void {
  const { graph } = builtModel({
    nodes: [makeNode('Identity', ['x'], ['y'])],
    initializers: [],
    inputs: [floats('x', [1])],
    outputs: [floats('y', [1])],
  });
  // TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. GraphProto: initializer = 5. ModelProto: graph = 7.
  const declaration = bytes((writer) =>
    writer
      .tag(1, WireType.Varint)
      .int64(weightBytes)
      .tag(2, WireType.Varint)
      .int32(DataType.UINT8)
      .tag(8, WireType.LengthDelimited)
      .string('w'),
  );
  const tensor = Buffer.concat([declaration, head(9, weightBytes)]);
  const initializer = Buffer.concat([head(5, tensor.length + weightBytes), tensor]);
  const graphStart = Buffer.concat([toBinary(GraphProtoSchema, graph!), initializer]);
  const version = bytes((writer) =>
    writer
      .tag(1, WireType.Varint)
      .int64(8n)
      .tag(8, WireType.LengthDelimited)
      .fork()
      .tag(2, WireType.Varint)
      .int64(17n)
      .join(),
  );
  const start = Buffer.concat([version, head(7, graphStart.length + weightBytes), graphStart]);
  const file = openSync(path, 'w');
  writeSync(file, start);
  writeSync(file, lastBytes, 0, lastBytes.length, start.length + weightBytes - lastBytes.length);
  closeSync(file);
}

test.skipIf(process.platform === 'win32')(
  'a model beyond 2 GiB is outlined without its weights, and read to its last byte',
  async () => {
    const path = join(temporaryFolder(), 'large.onnx');
    writeLargeModel(path);
    const { model, offsetOf, close } = await openModelOutline(path);
    const { name, rawData } = model.graph!.initializer[0]!;
    expect([name, rawData.byteLength]).toEqual(['w', weightBytes]);
    const offset = offsetOf(rawData)!;
    await close();
    const handle = await open(path);
    expect((await handle.stat()).size).toBe(offset + weightBytes);
    const tail = await readBytes(handle, offset + weightBytes - 2 ** 27, 2 ** 27);
    expect([...tail.subarray(-5)]).toEqual([0, ...lastBytes]);
    await handle.close();
  },
);

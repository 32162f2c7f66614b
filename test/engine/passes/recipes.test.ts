import { describe, expect, test } from 'vitest';
import { describePass } from '../../../main/engine/passes/describe-pass.ts';
import { passes } from '../../../main/engine/passes/index.ts';
import { parseRecipe } from '../../../main/engine/passes/recipe-file.ts';
import { builtInRecipes } from '../../../main/engine/passes/recipes.ts';
import {
  checkOptions,
  hashRecipe,
  needsCalibrationData,
  resolveRecipe,
} from '../../../main/engine/passes/resolve-recipe.ts';
import { runRecipe } from '../../../main/engine/passes/run-recipe.ts';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { starterModel } from '../../fixtures/cells.ts';
import { passWorld, smallModel } from '../../fixtures/passes.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const world = passWorld();
const context = (signal = new AbortController().signal) => ({
  ...{ openSession: world.openSession, calibrationFor: null, isa: [], folder: temporaryFolder(), signal },
  ...{ progress: () => {}, monotonicNs: systemClock.monotonicNs },
});
const hash = (recipe: Recipe, isa: readonly string[] = [], data: string | null = null): string =>
  hashRecipe(resolveRecipe(recipe, isa), data);

describe('the registry', () => {
  test('every built-in recipe can be used, and only those that measure ranges need data', () => {
    for (const recipe of builtInRecipes) expect(resolveRecipe(recipe, ['avx2']).length).toBeGreaterThan(0);
    const measuring = builtInRecipes.filter(needsCalibrationData).map(({ name }) => name);
    expect(measuring).toContain('int8-static');
    expect(measuring).not.toContain('fp16');
    expect(builtInRecipes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fp16', 'int8-static', 'graph-basic', 'graph-extended', 'graph-all', 'dynamic-batch']),
    );
  });

  test('every option of every pass is described, with the default that leaving it out means', () => {
    for (const pass of passes) {
      const description = describePass(pass);
      const defaults = checkOptions(pass, {});
      expect(description.options.map(({ name }) => name)).toEqual(Object.keys(pass.options.shape));
      for (const option of description.options) {
        expect(option.description, `${pass.name}.${option.name}`).not.toBe('');
        expect(option.default, `${pass.name}.${option.name}`).toEqual(defaults[option.name]);
      }
    }
  });
});

describe('the hash of a recipe', () => {
  const fp16: Recipe = { name: 'a', passes: [{ pass: 'normalize' }, { pass: 'convert-to-float16' }] };

  test('is of its meaning: names, descriptions, order of keys and written defaults do not count', () => {
    const written: Recipe = {
      name: 'b',
      description: 'other words',
      passes: [
        { pass: 'normalize', options: {} },
        { pass: 'convert-to-float16', options: { keepNodes: [], keepInterface: true } },
      ],
    };
    expect(hash(written)).toBe(hash(fp16));
  });

  test('differs with an option, the order of passes, and data where it decides the bytes', () => {
    const others: Recipe[] = [
      { ...fp16, passes: [...fp16.passes].reverse() },
      { ...fp16, passes: [fp16.passes[0]!, { pass: 'convert-to-float16', options: { keepInterface: false } }] },
    ];
    for (const other of others) expect(hash(other)).not.toBe(hash(fp16));
    expect(hash(fp16, [], 'd'.repeat(64))).toBe(hash(fp16));
    const quantized = builtInRecipes.find(({ name }) => name === 'int8-static')!;
    expect(hash(quantized, ['avx2'], 'd'.repeat(64))).not.toBe(hash(quantized, ['avx2'], 'e'.repeat(64)));
  });
});

describe('recipe files', () => {
  test('bare names and options', () => {
    expect(
      parseRecipe(
        'name: mine\npasses:\n  - normalize\n  - pass: optimize-graph\n    options: { level: extended }\n',
        'mine.yml',
      ),
    ).toEqual({
      name: 'mine',
      passes: [{ pass: 'normalize' }, { pass: 'optimize-graph', options: { level: 'extended' } }],
    });
  });

  test.each([
    ['', 1, 'mine.yml, line 1: The recipe is empty; write at least a name and a list of passes.'],
    ['# later\n', 1, 'mine.yml, line 1: The recipe is empty; write at least a name and a list of passes.'],
    [
      'name: mine\npasses:\n  - normalise\n',
      3,
      'mine.yml, line 3: There is no pass "normalise"; did you mean "normalize"?',
    ],
    ['name: mine\nsteps: []\n', 2, 'mine.yml, line 2: "steps" is not a key of the recipe'],
    ['name: mine\n', 1, "mine.yml, line 1: passes can't be used"],
    ['name: mine\npasses: [normalize]\nsteps: []\n', 3, 'mine.yml, line 3: "steps" is not a key of the recipe'],
    [
      'name: mine\npasses:\n  - pass: optimize-graph\n    options:\n      level: fast\n',
      5,
      'mine.yml, line 5: Option "level" of pass "optimize-graph" can\'t be used: expected one of "basic"|"extended"|"layout"|"all".',
    ],
    [
      'name: mine\npasses:\n  - pass: optimize-graph\n    options:\n      lvel: all\n',
      5,
      'mine.yml, line 5: Pass "optimize-graph" has no option "lvel"; did you mean "level"?',
    ],
    ['name: mine\npasses: [normalize\n', 3, 'mine.yml, line 3: this is not valid YAML'],
    ['name: mine\npasses: []\n', 2, "mine.yml, line 2: passes can't be used"],
  ])('%j is refused at line %i', (yaml, line, sentence) => {
    expect(() => parseRecipe(yaml, 'mine.yml')).toThrow(
      expect.objectContaining({ kind: 'invalid-input', line, message: expect.stringContaining(sentence) as string }),
    );
  });
});

describe('running a recipe', () => {
  const recipe: Recipe = { name: 'r', passes: [{ pass: 'normalize' }, { pass: 'convert-to-float16' }] };

  test('reports each pass with its sizes, and the options as they were resolved', async () => {
    const { report } = await runRecipe(await readModel(starterModel('digits-squeezenet')), recipe, context());
    expect(report.passes.map(({ pass }) => pass)).toEqual(['normalize', 'convert-to-float16']);
    expect(report.passes[0]!.bytesAfter).toBe(report.passes[1]!.bytesBefore);
    expect(report.bytesAfter / report.bytesBefore).toBeLessThan(0.6);
    expect(report.recipe.passes[1]!.options).toMatchObject({ keepInterface: true, checkExamples: 16 });
  });

  test('leaves the model it was given as it was', async () => {
    const model = await readModel(starterModel('digits-squeezenet'));
    const before = structuredClone(model);
    await runRecipe(model, recipe, context());
    expect(model).toEqual(before);
  });

  test.each([
    [
      { name: 'r', passes: [{ pass: 'quantize-static' }] },
      'Pass "quantize-static" of recipe "r" measures real inputs; choose a dataset.',
    ],
    [
      { name: 'r', passes: [{ pass: 'normalize', options: { fold: true } }] },
      'Pass "normalize" has no option "fold"; there are: foldScales, foldConstants.',
    ],
    [
      { name: 'r', passes: [{ pass: 'normalize', options: { foldScales: 'yes' } }] },
      'Option "foldScales" of pass "normalize" can\'t be used: expected boolean, received string.',
    ],
  ] as [Recipe, string][])('%j is refused', async (bad, sentence) => {
    await expect(runRecipe(await readModel(starterModel('digits-squeezenet')), bad, context())).rejects.toThrow(
      sentence,
    );
  });

  test('an empty graph is refused', async () => {
    const empty = smallModel({ inputs: { x: [1] }, outputs: { x: [1] }, nodes: [] });
    await expect(runRecipe(empty, recipe, context())).rejects.toThrow(
      'The model has no operators; there is nothing to optimize.',
    );
  });

  test('ends when it is told to', async () => {
    const ended = AbortSignal.abort();
    await expect(
      runRecipe(await readModel(starterModel('digits-squeezenet')), recipe, context(ended)),
    ).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

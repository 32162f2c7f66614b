import { expect, test } from 'vitest';
import type { NewModel } from '../../../main/engine/store/models.ts';
import { exampleInspection } from '../../fixtures/example-run.ts';
import { temporaryStore } from '../../fixtures/temporary-store.ts';

const newModel = (digit: string, changes: Partial<NewModel> = {}): NewModel => ({
  sha256: digit.repeat(64),
  name: `model ${digit}`,
  sizeBytes: 398_000,
  addedAt: Date.UTC(2026, 10, 24),
  inspection: exampleInspection,
  precision: 'float32',
  importedFrom: '/models/a.onnx',
  lineage: null,
  report: null,
  ...changes,
});
const lineage = { parentSha256: 'a'.repeat(64), recipeName: 'int8', recipeHash: 'f'.repeat(64) };

test('a model comes back whole, by content and by name', () => {
  const { models } = temporaryStore();
  models.insert(newModel('a'));
  expect(models.get('a'.repeat(64))).toEqual(models.getByName('model a'));
  expect(models.get('a'.repeat(64))).toMatchObject({
    ...{ name: 'model a', addedAt: '2026-11-24T00:00:00.000Z', opset: 17, parameterCount: 98_000, macs: 4_100_000 },
    ...{
      tags: [],
      note: '',
      lineage: null,
      removed: false,
      importedFrom: '/models/a.onnx',
      inspection: exampleInspection,
    },
  });
  expect(models.get('b'.repeat(64))).toBeNull();
  expect(models.getByName('model b')).toBeNull();
  expect(models.findByPrefix('AAAAAA').map(({ name }) => name)).toEqual(['model a']);
  expect(models.findByPrefix('aaaaab')).toEqual([]);
});

test('names are unique among the models that are present', () => {
  const { models } = temporaryStore();
  models.insert(newModel('a'));
  models.insert(newModel('b'));
  expect(() => models.insert(newModel('c', { name: 'model a' }))).toThrow(/Another model is called model a/);
  expect(() => models.insert(newModel('a', { name: 'other' }))).toThrow(/already in the library, by its content/);
  expect(() => models.update('b'.repeat(64), { name: 'model a' })).toThrow(/Another model is called model a/);
  models.setRemoved('a'.repeat(64), true);
  models.update('b'.repeat(64), { name: 'model a', tags: ['kept'], note: 'a note' });
  expect(() => models.setRemoved('a'.repeat(64), false)).toThrow(/Another model is called model a/);
  expect(models.list().map(({ sha256, tags, note }) => ({ sha256, tags, note }))).toEqual([
    { sha256: 'b'.repeat(64), tags: ['kept'], note: 'a note' },
  ]);
  expect(models.get('a'.repeat(64))?.removed).toBe(true);
  expect(() => models.update('d'.repeat(64), {})).toThrow(/No model has the SHA-256 d+/);
});

test('variants keep their parent and are found again', () => {
  const { models, variants } = temporaryStore();
  models.insert(newModel('a'));
  models.insert(newModel('b', { importedFrom: null, lineage }));
  variants.insert({ ...lineage, variantSha256: 'b'.repeat(64) });
  expect(variants.find(lineage)).toBe('b'.repeat(64));
  expect(variants.find({ ...lineage, recipeHash: 'e'.repeat(64) })).toBeNull();
  expect(models.children('a'.repeat(64))).toMatchObject([{ name: 'model b', lineage }]);
  models.setRemoved('b'.repeat(64), true);
  expect(models.children('a'.repeat(64))).toEqual([]);
});

test("a person's recipes are kept by name", () => {
  const { recipes } = temporaryStore();
  recipes.save({ name: 'mine', passes: [{ pass: 'fold-batch-norm' }] });
  recipes.save({ name: 'mine', passes: [{ pass: 'convert-to-float16', options: { keep: ['Softmax'] } }] });
  expect(recipes.list()).toEqual([
    { name: 'mine', passes: [{ pass: 'convert-to-float16', options: { keep: ['Softmax'] } }] },
  ]);
  recipes.remove('mine');
  expect(recipes.list()).toEqual([]);
  expect(() => recipes.remove('mine')).toThrow(/no recipe called mine/);
});

test('settings have defaults, are checked, and remember pages one by one', () => {
  const { settings } = temporaryStore();
  expect(settings.get()).toEqual({
    theme: 'system',
    language: 'en',
    defaultProfile: 'standard',
    keepSamplesDays: null,
    diskBudgetBytes: null,
    updates: false,
    pages: {},
  });
  settings.update({ theme: 'dark', pages: { results: { columns: ['model'] }, queue: 1 } });
  settings.update({ keepSamplesDays: 30, pages: { queue: null, models: 'grid' } });
  const after = {
    theme: 'dark',
    language: 'en',
    defaultProfile: 'standard',
    keepSamplesDays: 30,
    diskBudgetBytes: null,
    updates: false,
    pages: { results: { columns: ['model'] }, models: 'grid' },
  };
  expect(settings.get()).toEqual(after);
  expect(() => settings.update({ theme: 'light', language: 'fr' })).toThrow(/"language" can't take "fr"/);
  expect(() => settings.update({ colour: 1 })).toThrow(/There is no setting "colour": those there are, are theme,/);
  expect(() => settings.update({ constructor: 1 })).toThrow(/There is no setting "constructor"/);
  expect(() => settings.update({ pages: { big: 'x'.repeat(1_000_001) } })).toThrow(/larger than 1 MB/);
  expect(settings.get()).toEqual(after);
});

test('artifacts lie by the first two digits of their hash', () => {
  const { artifacts, folder } = temporaryStore();
  expect(artifacts.path(`ab${'0'.repeat(62)}`)).toBe(`${folder}/artifacts/ab/ab${'0'.repeat(62)}`);
});

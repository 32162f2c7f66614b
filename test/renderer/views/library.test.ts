import { expect, test } from 'vitest';
import type { ModelSummary } from '../../../shared/model.ts';
import { lineageTree } from '../../../renderer/views/models/lineage-tree.ts';
import type { LineageNode } from '../../../renderer/views/models/lineage-tree.ts';
import { byColumn, byLineage, matchesSearch } from '../../../renderer/views/models/model-order.ts';

/** A model whose hash is its name. */
const model = (name: string, parent: string | null = null, facts: Partial<ModelSummary> = {}): ModelSummary => ({
  ...{ sha256: name, name, sizeBytes: 1_000, addedAt: '2026-11-26T00:00:00.000Z', tags: [], note: '' },
  ...{ precision: 'float32', parameterCount: 250, macs: null, opset: 17 },
  lineage: parent === null ? null : { parentSha256: parent, recipeName: 'fp16', recipeHash: '0' },
  ...facts,
});

const tree = ({ sha256, model: known, children }: LineageNode): string =>
  `${known === null ? `(${sha256})` : sha256}${children.length === 0 ? '' : `[${children.map(tree).join(' ')}]`}`;

test('the family of a model is the same tree from each of its members', () => {
  const models = [model('b', 'a'), model('d', 'b'), model('c', 'a'), model('a'), model('other')];
  for (const { sha256 } of models.slice(0, 4)) expect(tree(lineageTree(models, sha256)), sha256).toBe('a[b[d] c]');
  expect(tree(lineageTree(models, 'other'))).toBe('other');
});

test('a parent that was removed still holds its variants together, and a circle ends', () => {
  expect(tree(lineageTree([model('c', 'gone'), model('b', 'gone')], 'b'))).toBe('(gone)[b c]');
  expect(tree(lineageTree([model('a', 'b'), model('b', 'a')], 'a'))).toBe('b[a]');
});

test('the library stands by lineage, or by any column with unknown values last', () => {
  const models = [
    model('z'),
    model('z.fp16', 'z', { sizeBytes: 500, macs: 7 }),
    model('a', null, { sizeBytes: 2_000, macs: 9 }),
    model('orphan', 'gone', { tags: ['mine'], note: 'of a Tuesday' }),
  ];
  expect(byLineage(models).map(({ model: { name }, depth }) => `${depth} ${name}`)).toEqual([
    '0 a',
    '0 orphan',
    '0 z',
    '1 z.fp16',
  ]);
  const sorted = (descending: boolean) => byColumn(models, 'macs', descending).map((placed) => placed.model.macs);
  expect(sorted(false)).toEqual([7, 9, null, null]);
  expect(sorted(true)).toEqual([9, 7, null, null]);
  expect(models.filter((one) => matchesSearch(one, 'MINE tuesday')).map(({ name }) => name)).toEqual(['orphan']);
});

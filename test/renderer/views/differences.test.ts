import { expect, test } from 'vitest';
import { fileSha256Of } from '../../../renderer/views/compare/differences.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import type { Cell } from '../../../shared/sweep.ts';

const cell = (modelSha256: string, recipeHash: string | null): Cell => ({ modelSha256, recipeHash }) as Cell;
const variant = (sha256: string, parentSha256: string, recipeHash: string): ModelSummary =>
  ({ sha256, lineage: { parentSha256, recipeHash, recipeName: 'int8-static' } }) as ModelSummary;

test('the file of a cell is its model, or the variant of that model by that recipe', () => {
  const library = [variant('aa', 'm1', 'r1'), variant('bb', 'm1', 'r2'), variant('cc', 'm2', 'r1')];
  expect(fileSha256Of(cell('m1', null), library)).toBe('m1');
  expect(fileSha256Of(cell('m1', 'r2'), library)).toBe('bb');
  expect(fileSha256Of(cell('m2', 'r1'), library)).toBe('cc');
  expect(fileSha256Of(cell('m2', 'r2'), library)).toBeNull();
});

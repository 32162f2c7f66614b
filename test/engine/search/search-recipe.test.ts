import { expect, test } from 'vitest';
import { pruningCuts } from '../../../main/engine/search/pruning-cuts.ts';
import { rankGroups } from '../../../main/engine/search/rank-groups.ts';
import { recipeOf } from '../../../main/engine/search/search-recipe.ts';
import type { SensitiveGroup } from '../../../shared/search.ts';

const drift = (ratio: number, snrDb: number) => ({ ratio, channelsRemoved: 32 * ratio, snrDb, changedPercent: null });
const group = { channels: 32, locked: null, importance: null, macsShare: 0.5, parametersShare: 0.25 };
const cuts = pruningCuts({
  ...{ examples: 8, parameters: 1_000, macs: 80_000 },
  groups: [
    { ...group, name: 'a + b', layers: ['a', 'b'], drift: [drift(0.25, 30), drift(0.5, 12)] },
    { ...group, name: 'c', layers: ['c'], drift: [drift(0.25, 20), drift(0.5, Number.NaN)] },
    { ...group, name: 'out', layers: ['out'], locked: 'it is an output of the model', drift: [] },
  ],
});
const layers: SensitiveGroup[] = ['a', 'b', 'c'].map((name) => ({
  ...{ name, change: { kind: 'quantize' }, nodes: [name], macs: 1, weightBytes: 4, snrDb: 20 },
}));

test('each share of each group of channels is a cut, ranked by drift for the arithmetic that it saves', () => {
  expect(cuts.map(({ name, macs, weightBytes, snrDb }) => [name, macs, weightBytes, snrDb])).toEqual([
    ['a + b −25%', 10_000, 252, 30],
    ['a + b −50%', 20_000, 500, 12],
    ['c −25%', 10_000, 252, 20],
    ['c −50%', 20_000, 500, null],
  ]);
  expect(rankGroups(cuts)).toEqual(['a + b −25%', 'c −25%', 'a + b −50%', 'c −50%']);
});

test('channels go before arithmetic changes its form, and that before it is quantized; the larger cut of a group holds', () => {
  const chosen = { cuts: rankGroups(cuts).slice(0, 3), layers: ['a', 'c'] };
  const { name, groups, recipe } = recipeOf({ cuts, layers }, chosen, true, 'salt');
  expect(name).toBe('2 of 2 groups of channels pruned, 2 of 3 groups in 8 bits');
  expect(groups).toEqual(['a + b −50%', 'c −25%', 'a', 'c']);
  const prune = (ratio: number, only: string[]) => ({
    pass: 'prune-channels',
    options: { ratio, target: 'channels', roundTo: 8, only },
  });
  expect(recipe.passes).toEqual([
    { pass: 'normalize' },
    prune(0.5, ['a', 'b']),
    prune(0.25, ['c']),
    { pass: 'streamline' },
    { pass: 'quantize-static', options: { exclude: ['b'] } },
  ]);
});

test('sets that come to the same are one recipe, others are not', () => {
  const named = (...names: string[]) => recipeOf({ cuts, layers }, { cuts: names, layers: null }, false, 'salt').recipe;
  expect(named('a + b −25%', 'a + b −50%')).toEqual(named('a + b −50%'));
  expect(named('a + b −25%').name).not.toBe(named('c −25%').name);
});

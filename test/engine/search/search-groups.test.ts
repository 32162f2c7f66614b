import { describe, expect, test } from 'vitest';
import { chooseTrial, promising } from '../../../main/engine/search/choose-trial.ts';
import { rankGroups } from '../../../main/engine/search/rank-groups.ts';
import { searchGroups } from '../../../main/engine/search/search-groups.ts';
import type { Judgement } from '../../../main/engine/search/search-groups.ts';
import type { SearchTrial } from '../../../shared/search.ts';

const ranked = Array.from({ length: 16 }, (_, index) => `g${index}`);

/** Searches with a harm and a gain for each group; gives the sets that were tried. */
async function search(
  goal: 'fastest' | 'most accurate',
  harm: (index: number) => number,
  { bound = 1, budget = Infinity, gain = (): number => 1, mostTrials = 100 } = {},
) {
  const sets: { readonly groups: readonly string[]; readonly judgement: Judgement }[] = [];
  const total = (groups: readonly string[], of: (index: number) => number): number =>
    groups.reduce((sum, group) => sum + of(ranked.indexOf(group)), 0);
  await searchGroups({
    ...{ ranked, goal, mostTrials },
    judge: async (groups) => {
      const latency = 100 - total(groups, gain);
      const lost = total(groups, harm);
      const judgement = {
        accurate: lost <= bound,
        affordable: latency <= budget,
        cost: goal === 'fastest' ? latency : lost,
      };
      sets.push({ groups, judgement });
      return judgement;
    },
  });
  const allowed = sets.filter(({ judgement }) => judgement.accurate && judgement.affordable);
  return { sets, best: allowed.toSorted((a, b) => a.judgement.cost - b.judgement.cost)[0]?.groups };
}

describe('the fastest within a bound', () => {
  test('one trial is enough where all groups may be changed', async () => {
    const { sets } = await search('fastest', () => 0.01);
    expect(sets[0]!.groups).toEqual(ranked);
    expect(sets.length).toBeLessThanOrEqual(3);
  });

  test('finds the longest prefix within the bound in a logarithm of trials', async () => {
    for (let length = 1; length < ranked.length; length += 1) {
      const { best, sets } = await search('fastest', (index) => (index < length ? 0 : 2));
      expect(best).toEqual(ranked.slice(0, length));
      expect(sets.length).toBeLessThanOrEqual(1 + 4 + 4 + 2);
    }
  });

  test('passes over a group that is too much and adds those after it', async () => {
    const { best } = await search('fastest', (index) => (index === 5 || index > 8 ? 2 : 0));
    expect(best).toEqual(ranked.filter((_, index) => index !== 5 && index < 9));
  });

  test('takes out groups that cost time', async () => {
    const { best } = await search('fastest', (index) => (index < 8 ? 0 : 2), { gain: () => -1 });
    expect(best!.length).toBeLessThan(8);
  });

  test('stops at the trials that it may take, and tries no set twice', async () => {
    const { sets } = await search('fastest', (index) => (index < 7 ? 0 : 2), { mostTrials: 3 });
    expect(sets).toHaveLength(3);
    const all = (await search('fastest', (index) => (index < 7 ? 0 : 2))).sets.map(({ groups }) => groups.join());
    expect(new Set(all).size).toBe(all.length);
  });

  test('gives up where not even the first group keeps to the bound', async () => {
    expect((await search('fastest', () => 2)).best).toBeUndefined();
  });
});

describe('the most accurate within a budget', () => {
  test('changes the fewest groups by rank, then leaves out what it can', async () => {
    const { best } = await search('most accurate', (index) => index, { bound: Infinity, budget: 93 });
    expect(best).toEqual(ranked.slice(0, 7));
  });

  test('gives up where not even all groups keep to the budget', async () => {
    const { sets } = await search('most accurate', () => 0, { budget: 10 });
    expect(sets).toHaveLength(1);
  });
});

test('groups are ranked by noise power over arithmetic, those that gave no finite outputs last', () => {
  const group = (name: string, snrDb: number | null, macs: number) => ({
    name,
    change: { kind: 'quantize' as const },
    nodes: [name],
    macs,
    weightBytes: 1,
    snrDb,
  });
  const groups = [
    group('noisy', 10, 100),
    group('broken', null, 1_000),
    group('quiet', 40, 100),
    group('large', 20, 100_000),
  ];
  expect(rankGroups(groups)).toEqual(['large', 'quiet', 'noisy', 'broken']);
});

describe('the choice among trials', () => {
  const trial = (name: string, value: number, change: Partial<SearchTrial> = {}): SearchTrial => ({
    ...{ name, recipeName: name, variantSha256: null, groups: [], sweepId: 1, runIds: [] },
    ...{ ratio: { value, low: value - 0.02, high: value + 0.02 }, latencyMs: value, sizeBytes: 1, accuracy: null },
    ...{ drop: null, snrDb: 30, rejected: null, ...change },
  });

  test('the fastest is what was confirmed; a rejected one never is, and is counted', () => {
    const trials = [trial('a', 0.9), trial('b', 0.5, { rejected: 'too far' })];
    expect(promising('fastest', trials)?.name).toBe('a');
    expect(chooseTrial('fastest', trials).best).toBeNull();
    const confirmed = [...trials, trial('a, confirmed', 0.92)];
    expect(promising('fastest', confirmed)).toBeNull();
    expect(chooseTrial('fastest', confirmed)).toEqual({
      best: 2,
      reason:
        '"a, confirmed" has 0.920 times the original\'s latency (95% interval 0.900 to 0.940), SNR 30.0 dB: the fastest within the bounds. 1 of 3 tried were rejected.',
    });
  });

  test('an interval that holds 1 leaves the original the best', () => {
    expect(chooseTrial('fastest', [trial('a, confirmed', 0.99)]).reason).toMatch(
      /faster than the original beyond doubt/,
    );
    expect(promising('fastest', [trial('slow', 1.2)])).toBeNull();
  });

  test('the most accurate loses the fewest points, then has the highest SNR', () => {
    const trials = [
      trial('a', 0.9, { drop: 0.2 }),
      trial('b', 0.9, { drop: 0.1, snrDb: 20 }),
      trial('c', 1, { drop: 0.1 }),
    ];
    expect(chooseTrial('most accurate', trials).best).toBe(2);
  });
});

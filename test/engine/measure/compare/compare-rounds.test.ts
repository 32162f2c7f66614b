import { describe, expect, test } from 'vitest';
import { compareRounds, roundsToFind } from '../../../../main/engine/measure/compare/compare-rounds.ts';
import type { RoundSamples } from '../../../../main/engine/measure/compare/compare-rounds.ts';
import { holm } from '../../../../main/engine/measure/compare/many-comparisons.ts';
import { resampledQuantile, seededRandom } from '../../../../main/engine/measure/compare/resampled-quantile.ts';
import type { Random } from '../../../../main/engine/measure/compare/resampled-quantile.ts';
import { studentQuantile, studentTwoSided } from '../../../../main/engine/measure/student-t.ts';

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

type Noise = 'quiet' | 'heavy tails' | 'drift' | 'bimodal' | 'autocorrelated';

/** One cell's rounds on a simulated machine; `levels` is what the machine did to both cells in each round. */
function simulate(
  random: Random,
  medianMs: number,
  levels: readonly number[],
  noise: Noise,
  count = 400,
): RoundSamples[] {
  return levels.map((level, round) => {
    let carried = 0;
    const own = 1 + 0.003 * normal(random);
    const samples = Float64Array.from({ length: count }, (_, index) => {
      const base = medianMs * level * own;
      if (noise === 'heavy tails')
        return base * (1 + 0.01 * Math.abs(normal(random))) * (random() < 0.03 ? 1 + 5 * random() : 1);
      if (noise === 'drift') return base * (1 + 0.02 * (index / count) + 0.01 * normal(random));
      if (noise === 'bimodal') return base * (random() < 0.3 ? 1.15 : 1) * (1 + 0.005 * normal(random));
      if (noise === 'autocorrelated') {
        carried = 0.9 * carried + 0.005 * normal(random);
        return base * (1 + carried);
      }
      return base * (1 + 0.01 * normal(random));
    });
    return { round, sortedMs: samples.sort() };
  });
}

/** Verdicts of many simulated nights of `rounds` rounds with a true ratio. */
function nights(count: number, ratio: number, noise: Noise, rounds = 5) {
  const tally = { faster: 0, slower: 0, 'no difference found': 0, covered: 0 };
  for (let night = 0; night < count; night += 1) {
    const random = seededRandom(1_000 + night);
    const levels = Array.from({ length: rounds }, () => 1 + 0.05 * random());
    const baseline = simulate(random, 2, levels, noise);
    const candidate = simulate(random, 2 * ratio, levels, noise);
    const comparison = compareRounds(candidate, baseline, { seed: night, resamples: 300 })!;
    tally[comparison.verdict] += 1;
    if (comparison.ratio.low <= ratio && ratio <= comparison.ratio.high) tally.covered += 1;
  }
  return tally;
}

describe('on simulated nights', () => {
  for (const noise of ['quiet', 'heavy tails', 'drift', 'bimodal', 'autocorrelated'] as const) {
    test(`${noise}: a model against itself is called different in at most 2% of 200 nights`, () => {
      const tally = nights(200, 1, noise);
      expect(tally.faster + tally.slower).toBeLessThanOrEqual(4);
      expect(tally.covered, 'the interval holds the truth').toBeGreaterThanOrEqual(180);
    });
    test(`${noise}: 5% slower is found in at least 95%, and never called faster`, () => {
      const tally = nights(100, 1.05, noise);
      expect(tally.slower).toBeGreaterThanOrEqual(95);
      expect(tally.faster).toBe(0);
    });
  }

  test('the machine’s slow rounds hit both cells and cancel', () => {
    const random = seededRandom(3);
    const levels = [1, 1.8, 1.1, 2.5, 1.3, 1];
    const comparison = compareRounds(simulate(random, 1.9, levels, 'quiet'), simulate(random, 2, levels, 'quiet'))!;
    expect(comparison.verdict).toBe('faster');
    expect(comparison.ratio.value).toBeCloseTo(0.95, 2);
  });
});

test('the same seed gives the same figures, another order of rounds too', () => {
  const random = seededRandom(5);
  const levels = [1, 1.02, 0.99, 1.01];
  const [a, b] = [simulate(random, 2, levels, 'quiet'), simulate(random, 2.1, levels, 'quiet')];
  expect(compareRounds(a, b)).toEqual(compareRounds(a, b));
  expect(compareRounds([...a].reverse(), b)!.ratio.value).toBeCloseTo(compareRounds(a, b)!.ratio.value, 12);
});

test('fewer than three common rounds give no comparison', () => {
  const random = seededRandom(6);
  const rounds = simulate(random, 2, [1, 1, 1], 'quiet');
  expect(compareRounds(rounds.slice(0, 2), rounds)).toBeNull();
  expect(compareRounds(rounds, [])).toBeNull();
  expect(compareRounds(rounds, rounds)).toMatchObject({ ratio: { value: 1 }, verdict: 'no difference found' });
});

test('a floor above the difference forbids the verdict, and more rounds find less', () => {
  const random = seededRandom(7);
  const levels = Array.from({ length: 8 }, () => 1);
  const [a, b] = [simulate(random, 2.06, levels, 'quiet'), simulate(random, 2, levels, 'quiet')];
  expect(compareRounds(a, b)!.verdict).toBe('slower');
  const noisy = compareRounds(a, b, { noiseFloor: 0.05 })!;
  expect(noisy.verdict).toBe('no difference found');
  expect(roundsToFind(noisy, 0.04)).toBeNull();
  const [small, large] = [roundsToFind(noisy, 0.06)!, roundsToFind(noisy, 0.3)!];
  expect(small).toBeGreaterThanOrEqual(large);
  expect(large).toBe(3);
});

test('a drawn quantile is distributed as that of a resample', () => {
  const sorted = Float64Array.from({ length: 9 }, (_, index) => index + 1);
  const random = seededRandom(8);
  const draws = 40_000;
  const counts = new Float64Array(10);
  for (let draw = 0; draw < draws; draw += 1) counts[resampledQuantile(sorted, 0.5, random)]! += 1;
  // P(median of 9 draws ≤ v) = P(Binomial(9, v/9) ≥ 5).
  const choose = [1, 9, 36, 84, 126, 126, 84, 36, 9, 1];
  const atMost = (p: number): number =>
    [5, 6, 7, 8, 9].reduce((sum, k) => sum + choose[k]! * p ** k * (1 - p) ** (9 - k), 0);
  for (let value = 1; value <= 9; value += 1) {
    const expected = atMost(value / 9) - atMost((value - 1) / 9);
    expect(Math.abs(counts[value]! / draws - expected)).toBeLessThan(0.01);
  }
});

test("Student's t agrees with published tables", () => {
  const table = [
    [0.05, 1, 12.7062047364],
    [0.05, 4, 2.7764451052],
    [0.05, 30, 2.0422724563],
    [0.01, 10, 3.1692726726],
    [0.4, 2, 1.0606601718],
  ] as const;
  for (const [tail, degrees, quantile] of table) {
    expect(studentQuantile(tail, degrees)).toBeCloseTo(quantile, 8);
    expect(studentTwoSided(quantile, degrees)).toBeCloseTo(tail, 9);
  }
  expect(studentTwoSided(0, 7)).toBe(1);
});

test('Holm rejects in order and stops at the first that stands', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true]);
  expect(holm([0.06])).toEqual([false]);
  expect(holm([])).toEqual([]);
  expect(holm([0.001, 0.001, 0.001])).toEqual([true, true, true]);
});

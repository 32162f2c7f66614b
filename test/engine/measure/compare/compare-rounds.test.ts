import { describe, expect, test } from 'vitest';
import {
  compareRounds,
  leastNoiseFloor,
  roundsToFind,
} from '../../../../main/engine/measure/compare/compare-rounds.ts';
import { holm } from '../../../../main/engine/measure/compare/many-comparisons.ts';
import { noiseFloorOf } from '../../../../main/engine/measure/compare/noise-floor.ts';
import { resampledQuantile } from '../../../../main/engine/measure/compare/resampled-quantile.ts';
import { seededRandom } from '../../../../main/engine/measure/seeded-random.ts';
import { roundValue } from '../../../../main/engine/measure/compare/round-value.ts';
import type { RoundSamples, RoundValue } from '../../../../main/engine/measure/compare/round-value.ts';
import { studentQuantile, studentTwoSided } from '../../../../main/engine/measure/student-t.ts';
import type { ComparedStatistic } from '../../../../shared/comparison.ts';
import { noises, simulateNight, usualMachine } from '../../../fixtures/simulated-rounds.ts';
import type { SimulatedMachine } from '../../../fixtures/simulated-rounds.ts';

const values = (rounds: readonly RoundSamples[], statistic: ComparedStatistic = 'p50'): readonly RoundValue[] =>
  rounds.map((round) => roundValue(round, statistic)!);

/** Verdicts of many simulated nights of 5 rounds: a cell, its control, and a candidate with a true ratio. */
function nights(count: number, ratio: number, machine: SimulatedMachine) {
  const tally = { faster: 0, slower: 0, 'no difference found': 0, covered: 0 };
  for (let night = 0; night < count; night += 1) {
    const cells = simulateNight(seededRandom(1_000 + night), [1, 1, ratio], 5, machine).map((rounds) => values(rounds));
    const [baseline, control, candidate] = cells as [RoundValue[], RoundValue[], RoundValue[]];
    const options = { seed: night, resamples: 200 };
    const noiseFloor = noiseFloorOf(compareRounds(control, baseline, options)).value;
    const comparison = compareRounds(candidate, baseline, { ...options, noiseFloor })!;
    tally[comparison.verdict] += 1;
    if (comparison.ratio.low <= ratio && ratio <= comparison.ratio.high) tally.covered += 1;
  }
  return tally;
}

// Calibrated by the same simulation with 3,000 nights for each of four spreads; docs/measurement.md has the figures.
describe('on simulated nights', () => {
  for (const runSpread of [0.005, 0.02]) {
    test(`${runSpread * 100}% from run to run: a cell against itself is called different in at most 2%`, () => {
      const tallies = noises.map((noise) => nights(80, 1, { ...usualMachine, noise, runSpread, samples: 250 }));
      const sum = (count: (tally: (typeof tallies)[number]) => number): number =>
        tallies.reduce((total, tally) => total + count(tally), 0);
      expect(sum(({ faster, slower }) => faster + slower)).toBeLessThanOrEqual(8);
      for (const { covered } of tallies) expect(covered, 'the interval holds the truth').toBeGreaterThanOrEqual(72);
    });
  }
  for (const noise of noises) {
    test(`${noise}: 3%, 5% and 10% slower are found in 80%, 95% and 99%, and never called faster`, () => {
      const machine = { ...usualMachine, noise, samples: 250 };
      const [three, five, ten] = [nights(50, 1.03, machine), nights(50, 1.05, machine), nights(50, 1.1, machine)];
      expect(three.slower).toBeGreaterThanOrEqual(40);
      expect(five.slower).toBeGreaterThanOrEqual(48);
      expect(ten.slower).toBe(50);
      expect(three.faster + five.faster + ten.faster).toBe(0);
    });
  }

  test('slow rounds of the machine hit both cells and cancel', () => {
    const machine = { ...usualMachine, roundSpread: 0.5 };
    const [baseline, candidate] = simulateNight(seededRandom(3), [1, 0.95], 6, machine);
    const comparison = compareRounds(values(candidate!), values(baseline!))!;
    expect(comparison.verdict).toBe('faster');
    expect(comparison.ratio.value).toBeCloseTo(0.95, 1);
    expect(compareRounds(values(candidate!), values(baseline!), { paired: false })!.verdict).toBe(
      'no difference found',
    );
  });

  test('a percentile and the throughput are compared like the median', () => {
    const machine = { ...usualMachine, samples: 1_000 };
    const [baseline, candidate] = simulateNight(seededRandom(4), [1, 1.08], 6, machine);
    for (const statistic of ['p90', 'p99', 'throughput'] as const) {
      const comparison = compareRounds(values(candidate!, statistic), values(baseline!, statistic))!;
      expect(comparison.verdict).toBe('slower');
      expect(comparison.ratio.low).toBeLessThan(1.08);
      expect(comparison.ratio.high).toBeGreaterThan(1.08);
    }
  });
});

test('a percentile of too few samples has no value', () => {
  const samplesMs = new Float64Array(661).fill(1);
  expect(roundValue({ round: 1, samplesMs }, 'p99')).toBeNull();
  expect(roundValue({ round: 1, samplesMs }, 'p95')).toMatchObject({ log: 0 });
  expect(roundValue({ round: 1, samplesMs: samplesMs.subarray(0, 19) }, 'throughput')).toBeNull();
});

test('samples that depend on each other leave the median of a round less certain', () => {
  const [independent, dependent] = (['quiet', 'autocorrelated'] as const).map((noise) => {
    const [[round]] = simulateNight(seededRandom(9), [1], 1, { ...usualMachine, noise, samples: 4_000 }) as [
      [RoundSamples],
    ];
    const value = roundValue(round, 'p50')!;
    const random = seededRandom(10);
    const draws = Array.from({ length: 500 }, () => value.draw(random) - value.log);
    return Math.sqrt(draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length);
  });
  // 1% independent noise: 1.2533 · 0.01/√4000 = 0.0198%. An AR(1) of 0.95 multiplies its variance some 25 times.
  expect(independent! * 100).toBeCloseTo(0.0198, 2);
  expect(dependent!).toBeGreaterThan(3 * independent!);
});

test('the same seed gives the same figures, another order of rounds too', () => {
  const [a, b] = simulateNight(seededRandom(5), [1, 1.05], 4).map((rounds) => values(rounds)) as [
    RoundValue[],
    RoundValue[],
  ];
  expect(compareRounds(a, b)).toEqual(compareRounds(a, b));
  expect(compareRounds([...a].reverse(), b)!.ratio.value).toBeCloseTo(compareRounds(a, b)!.ratio.value, 12);
});

test('fewer than three rounds give no comparison, unpaired neither', () => {
  const [rounds] = simulateNight(seededRandom(6), [1], 3).map((all) => values(all)) as [RoundValue[]];
  expect(compareRounds(rounds.slice(0, 2), rounds)).toBeNull();
  expect(compareRounds(rounds, [])).toBeNull();
  expect(compareRounds(rounds, rounds.slice(1), { paired: false })).toBeNull();
  expect(compareRounds(rounds, rounds)).toMatchObject({
    ratio: { value: 1 },
    verdict: 'no difference found',
    pValue: 1,
  });
});

test('the verdict is found exactly where the whole interval clears the floor, and so does the p-value say', () => {
  const fixed = (log: number, round: number): RoundValue => ({ round, log, draw: () => log, turns: null });
  const baseline = [0, 0, 0, 0].map(fixed);
  const candidate = [0.03, 0.05, 0.04, 0.04].map(fixed);
  const { standardError, degrees } = compareRounds(candidate, baseline, { resamples: 20_000 })!;
  // The bootstrap of four values with SD 0.00816: standard error 0.00816/√4.
  expect(standardError).toBeCloseTo(0.00408, 4);
  expect(degrees).toBe(3);
  const clear = Math.expm1(0.04 - studentQuantile(0.05, 3) * standardError);
  const below = compareRounds(candidate, baseline, { resamples: 20_000, noiseFloor: clear - 1e-6 })!;
  const above = compareRounds(candidate, baseline, { resamples: 20_000, noiseFloor: clear + 1e-6 })!;
  expect(below.verdict).toBe('slower');
  expect(below.pValue).toBeLessThan(0.05);
  expect(above.verdict).toBe('no difference found');
  expect(above.pValue).toBeGreaterThan(0.05);
});

test('the noise floor is what a control differs from itself, at least half a percent, and 1% without one', () => {
  const fixed = (log: number, round: number): RoundValue => ({ round, log, draw: () => log, turns: null });
  const control = (apart: number) => compareRounds([apart, apart, apart].map(fixed), [0, 0, 0].map(fixed))!;
  expect(noiseFloorOf(control(0.001))).toMatchObject({ value: leastNoiseFloor, source: 'control' });
  expect(noiseFloorOf(control(-0.02)).value).toBeCloseTo(Math.expm1(0.02), 12);
  expect(noiseFloorOf(null)).toEqual({ value: 0.01, source: 'assumed', control: null });
});

test('rounds to find a difference: none below the floor, fewer for larger ones, and as many as it takes', () => {
  const comparison = compareRounds(
    ...(simulateNight(seededRandom(7), [1, 1], 8).map((all) => values(all)) as [RoundValue[], RoundValue[]]),
  )!;
  expect(roundsToFind({ ...comparison, noiseFloor: 0.05 }, 0.04)).toBeNull();
  expect(roundsToFind(comparison, 0.5)).toBe(3);
  const needed = roundsToFind({ ...comparison, standardError: 0.01 }, 0.02)!;
  expect(needed).toBeGreaterThan(roundsToFind({ ...comparison, standardError: 0.01 }, 0.03)!);
  const nightsOf = (rounds: number) =>
    (studentQuantile(0.05, rounds - 1) + studentQuantile(0.4, rounds - 1)) * 0.01 * Math.sqrt(8 / rounds);
  expect(nightsOf(needed)).toBeLessThanOrEqual(Math.log1p(0.02) - Math.log1p(comparison.noiseFloor));
  expect(nightsOf(needed - 1)).toBeGreaterThan(Math.log1p(0.02) - Math.log1p(comparison.noiseFloor));
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holm } from '../../../main/engine/measure/compare/many-comparisons.ts';
import { kpss, stationarityOf, varianceInflation } from '../../../main/engine/measure/dependence.ts';
import { latencyStatistics } from '../../../main/engine/measure/statistics.ts';
import { normal, seededRandom, simulateRun, usualMachine } from '../../fixtures/simulated-rounds.ts';

interface Oracles {
  readonly stationarity: readonly { count: number; step: number; slope: number; statistic: number }[];
  readonly holm: { readonly pValues: readonly number[]; readonly rejected: readonly boolean[] };
}
const oracles = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/statistics/oracles.json'), 'utf8'),
) as Oracles;

/** As in make-oracles.py. */
const series = (count: number, step: number, slope: number): Float64Array =>
  Float64Array.from(
    { length: count },
    (_, i) =>
      2 +
      0.1 * Math.sin(12.9898 * i) +
      0.05 * Math.sin(78.233 * i * i) +
      (i >= Math.floor(count / 2) ? step : 0) +
      (slope * i) / count,
  );

test.each(oracles.stationarity)(
  'KPSS of $count values, step $step, slope $slope is what statsmodels says',
  (oracle) => {
    expect(kpss(series(oracle.count, oracle.step, oracle.slope))).toBeCloseTo(oracle.statistic, 9);
  },
);

test('Holm rejects what statsmodels rejects', () => {
  expect(holm(oracles.holm.pValues)).toEqual(oracles.holm.rejected);
});

describe('stationarity', () => {
  const verdicts = (make: (random: () => number) => Float64Array): number =>
    Array.from({ length: 100 }, (_, seed) => stationarityOf(make(seededRandom(seed)))!).filter(
      ({ stationary }) => stationary,
    ).length;
  test('holds for steady samples, heavy tails, two modes and neighbours that are alike', () => {
    for (const noise of ['quiet', 'heavy tails', 'bimodal'] as const) {
      expect(
        verdicts((random) => simulateRun(random, 2, { ...usualMachine, noise, samples: 1_000 })),
      ).toBeGreaterThanOrEqual(95);
    }
    expect(
      verdicts((random) => simulateRun(random, 2, { ...usualMachine, noise: 'autocorrelated', samples: 4_000 })),
    ).toBeGreaterThanOrEqual(90);
  });
  test('is denied to a slope, and the drift is measured', () => {
    expect(
      verdicts((random) => simulateRun(random, 2, { ...usualMachine, noise: 'drift', samples: 1_000 })),
    ).toBeLessThanOrEqual(5);
    const { drift } = stationarityOf(series(300, 0, 1))!;
    expect(drift).toBeGreaterThan(0.25);
  });
  test('is not asked of few samples, and equal ones are steady', () => {
    expect(stationarityOf(series(39, 0, 0))).toBeNull();
    expect(stationarityOf(new Float64Array(50).fill(3))).toEqual({ statistic: 0, stationary: true, drift: 0 });
  });
});

describe('the interval of a median', () => {
  const coverage = (correlation: number): number => {
    let covered = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const random = seededRandom(seed);
      let carried = normal(random) / Math.sqrt(1 - correlation ** 2);
      const samples = Float64Array.from({ length: 1_000 }, () => {
        carried = correlation * carried + normal(random);
        return 100 + carried;
      });
      const { p50 } = latencyStatistics(samples);
      if (p50.value !== null && p50.low <= 100 && p50.high >= 100) covered += 1;
    }
    return covered / 300;
  };
  test('holds the truth in 90–98% of runs, whether neighbours depend on each other or not', () => {
    for (const correlation of [0, 0.5, 0.9]) {
      expect(coverage(correlation), `lag-1 ${correlation}`).toBeGreaterThanOrEqual(0.9);
      expect(coverage(correlation), `lag-1 ${correlation}`).toBeLessThanOrEqual(0.985);
    }
  });
  test('is as wide as that of as many independent samples as there are in effect', () => {
    const random = seededRandom(4);
    const independent = Float64Array.from({ length: 20_000 }, () => normal(random));
    expect(varianceInflation(independent, 0, 0.5)).toBeLessThan(2);
    let carried = 0;
    const dependent = independent.map((value) => (carried = 0.9 * carried + value));
    // Of the indicator of an AR(1): 1 + 2 Σ (2/π) asin(0.9^k) = 15.0.
    const expected =
      1 + (4 / Math.PI) * Array.from({ length: 200 }, (_, k) => Math.asin(0.9 ** (k + 1))).reduce((a, b) => a + b, 0);
    expect(varianceInflation(dependent, 0, 0.5) / expected).toBeGreaterThan(0.5);
    expect(varianceInflation(dependent, 0, 0.5) / expected).toBeLessThan(2);
  });
});

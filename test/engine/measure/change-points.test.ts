import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changePoints, levelsOf } from '../../../main/engine/measure/history/change-points.ts';
import { normal, seededRandom } from '../../fixtures/simulated-rounds.ts';

interface Oracle {
  readonly levels: readonly number[];
  readonly lengths: readonly number[];
  readonly penalty: number;
  readonly changes: readonly number[];
}
const { changes: oracles } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/statistics/oracles.json'), 'utf8'),
) as { changes: readonly Oracle[] };

test.each(oracles)('PELT of levels $levels finds what ruptures finds', ({ levels, lengths, penalty, changes }) => {
  const signal = levels.flatMap((level, index) => Array.from({ length: lengths[index]! }, () => level));
  // As in make-oracles.py.
  const values = Float64Array.from(
    signal,
    (level, i) => level + 0.1 * Math.sin(12.9898 * i) + 0.05 * Math.sin(78.233 * i * i),
  );
  expect(changePoints(values, penalty)).toEqual(changes);
});

describe('levels of latencies', () => {
  const series = (seed: number, medians: readonly number[], each: number, spread = 0.01): number[] => {
    const random = seededRandom(seed);
    return medians.flatMap((median) => Array.from({ length: each }, () => median * Math.exp(spread * normal(random))));
  };
  test('a step of 5% is found where it is, in 10,000 points too', () => {
    for (const each of [20, 200, 5_000]) {
      const levels = levelsOf(series(each, [2, 2.1], each));
      expect(levels).toHaveLength(2);
      expect(Math.abs(levels[1]!.from - each)).toBeLessThanOrEqual(Math.max(2, each / 400));
      expect(levels[1]!.median / levels[0]!.median).toBeCloseTo(1.05, 1);
    }
  });
  test('a steady series has one level, whatever single runs do', () => {
    const found = Array.from({ length: 50 }, (_, seed) => {
      const values = series(seed, [2], 100);
      values[40] = 9;
      values[70] = 0.5;
      return levelsOf(values).length - 1;
    });
    expect(found.filter((changes) => changes > 0).length).toBeLessThanOrEqual(2);
  });
  test('what is closer than 1% is one level; few points are one', () => {
    expect(levelsOf(series(1, [2, 2.01], 300, 0.0005))).toHaveLength(1);
    expect(levelsOf([2, 2.5])).toHaveLength(1);
    expect(levelsOf([])).toEqual([]);
  });
});

import fc from 'fast-check';
import { quantile as referenceQuantile } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { chartLines } from '../../renderer/charts/chart-theme.ts';
import { csvText } from '../../renderer/charts/csv.ts';
import { boxOf, densityOf, ecdfOf, quantile } from '../../renderer/charts/distribution.ts';
import { paretoFront } from '../../renderer/charts/pareto.ts';
import { exampleSamples, seededRandom } from '../fixtures/example-run.ts';

const samples = fc
  .array(fc.double({ min: 0.01, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 200 })
  .map((values) => Float64Array.from(values).sort());

describe('distributions', () => {
  test('a quantile at the middle is the median of another implementation', () => {
    fc.assert(
      fc.property(samples, (sorted) => {
        expect(quantile(sorted, 0.5)).toBeCloseTo(referenceQuantile([...sorted], 0.5), 9);
      }),
    );
  });

  test('a box lies within its whiskers, outliers beyond them', () => {
    fc.assert(
      fc.property(samples, (sorted) => {
        const { whiskerMin, q1, median, q3, whiskerMax, min, max, outliers } = boxOf(sorted);
        const rising = [min, whiskerMin, q3, max];
        expect(rising).toEqual(rising.toSorted((a, b) => a - b));
        expect(q1 <= median && median <= q3).toBe(true);
        for (const outlier of outliers) expect(outlier < whiskerMin || outlier > whiskerMax).toBe(true);
        if (max > whiskerMax) expect(outliers).toContain(max);
      }),
    );
  });

  test('a density covers about all of the samples', () => {
    const sorted = exampleSamples(400, 5, seededRandom(3)).sort();
    const points = densityOf(sorted);
    const step = points[1]!.value - points[0]!.value;
    const area = points.reduce((sum, { density }) => sum + density * step, 0);
    expect(area).toBeGreaterThan(0.85);
    expect(area).toBeLessThan(1.02);
  });

  test('the distribution function rises from 0 to 1', () => {
    const points = ecdfOf(Float64Array.from([1, 2, 2, 5]));
    expect(points.map(({ y }) => y)).toEqual([0, 1 / 3, 2 / 3, 1]);
  });
});

test('the front holds what nothing beats, and whatever is off it is beaten', () => {
  const point = fc.record({ latency: fc.integer({ min: 0, max: 20 }), loss: fc.integer({ min: 0, max: 20 }) });
  const beats = (a: { latency: number; loss: number }, b: { latency: number; loss: number }): boolean =>
    a.latency <= b.latency && a.loss <= b.loss && (a.latency < b.latency || a.loss < b.loss);
  fc.assert(
    fc.property(fc.array(point, { maxLength: 40 }), (points) => {
      const front = paretoFront(points, [({ latency }) => latency, ({ loss }) => loss]);
      for (const each of points) expect(front.includes(each)).toBe(!points.some((other) => beats(other, each)));
    }),
  );
});

test('a CSV quotes what needs it and defuses formulas', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['x,"y"', 1.5],
        ['=1+1', null],
        ['-2', NaN],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",1.5\r\n\'=1+1,\r\n\'-2,\r\n');
});

test('a long name takes two lines, cut between its parts', () => {
  expect(chartLines('resnet · fp16')).toBe('resnet · fp16');
  const long = `search-p9-16of16 · search digits-resnet: ${'9 of 9 groups of channels pruned, '.repeat(3)}`;
  const [above, below] = chartLines(long) as string[];
  expect(above).toBe('search-p9-16of16');
  expect(below).toMatch(/^search digits-resnet: 9 of .*…$/);
  expect(below).toHaveLength(34);
  expect(chartLines('digits-mobilenet · int8-static · batch 4 · 2 threads')).toEqual([
    'digits-mobilenet · int8-static',
    'batch 4 · 2 threads',
  ]);
});

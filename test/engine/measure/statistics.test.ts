import fc from 'fast-check';
import * as simple from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../main/engine/measure/seeded-random.ts';
import { orderedFromSamples, quantile } from '../../../main/engine/measure/ordered-values.ts';
import {
  boundedQuantile,
  fewestSamples,
  fewestSamplesOf,
  quantileRanks,
} from '../../../main/engine/measure/quantile-interval.ts';
import { createSampleRecord } from '../../../main/engine/measure/sample-record.ts';
import { latencyStatistics } from '../../../main/engine/measure/statistics.ts';
import { parallelThroughput, streamThroughput } from '../../../main/engine/measure/throughput.ts';

const positive = fc.array(fc.double({ min: 0.001, max: 1e4, noNaN: true }), { minLength: 12, maxLength: 300 });

describe('against published values', () => {
  /** NIST StRD, univariate: certified mean, standard deviation, lag-1 autocorrelation. */
  test('NumAcc1, NumAcc2, NumAcc3, NumAcc4', () => {
    const sets: [Float64Array, number, number, number][] = [
      [Float64Array.of(10000001, 10000003, 10000002), 10000002, 1, -0.5],
      [Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? 1.2 : i % 2 === 1 ? 1.1 : 1.3)), 1.2, 0.1, -0.999],
      [
        Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? 1000000.2 : i % 2 === 1 ? 1000000.1 : 1000000.3)),
        1000000.2,
        0.1,
        -0.999,
      ],
      [
        Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? 10000000.2 : i % 2 === 1 ? 10000000.1 : 10000000.3)),
        10000000.2,
        0.1,
        -0.999,
      ],
    ];
    for (const [samples, mean, deviation, lagOne] of sets) {
      const padded = samples.length < 5 ? null : latencyStatistics(samples);
      if (padded === null) {
        const record = createSampleRecord();
        samples.forEach(record.add);
        expect(record.statistics().autocorrelation).toBeCloseTo(lagOne, 12);
        continue;
      }
      expect(padded.mean.value! / mean).toBeCloseTo(1, 14);
      expect(padded.standardDeviation.value! / deviation).toBeCloseTo(1, 6);
      expect(padded.autocorrelation).toBeCloseTo(lagOne, 6);
    }
  });

  /** R: quantile(c(1,2,3,4,10), type = 7). */
  test('quantiles of type 7', () => {
    const ordered = orderedFromSamples(Float64Array.of(10, 1, 4, 2, 3));
    expect([0, 0.25, 0.5, 0.75, 0.9, 1].map((p) => quantile(ordered, p))).toEqual(
      [1, 2, 3, 4, 7.6, 10].map((v) => expect.closeTo(v, 12)),
    );
  });

  /** Hahn & Meeker 1991, table A.15-like: the median of 20 lies between the 6th and the 15th with 95.86%. */
  test('ranks of the median', () => {
    expect(quantileRanks(20, 0.5)).toEqual({ low: 5, high: 14 });
    expect(quantileRanks(10, 0.5)).toEqual({ low: 1, high: 8 });
    expect(quantileRanks(5, 0.5), 'five values enclose the median with 93.75% at most').toBeNull();
  });
});

test('agrees with an independent library on any samples', () => {
  fc.assert(
    fc.property(positive, (values) => {
      const statistics = latencyStatistics(Float64Array.from(values));
      const close = (a: number | null, b: number): void =>
        expect(Math.abs(a! - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));
      close(statistics.mean.value, simple.mean(values));
      close(statistics.standardDeviation.value, simple.sampleStandardDeviation(values));
      close(statistics.p50.value, simple.median(values));
      close(statistics.medianAbsoluteDeviation.value, simple.medianAbsoluteDeviation(values));
      close(statistics.min, simple.min(values));
      close(statistics.max, simple.max(values));
      expect(statistics.count).toBe(values.length);
    }),
  );
});

test('a percentile with too few samples is blank and says so', () => {
  const counts = { p50: 11, p90: 64, p95: 130, p99: 662, p999: 6_636 } as const;
  for (const [name, fewest] of Object.entries(counts) as [keyof typeof counts, number][]) {
    const samples = (count: number) =>
      latencyStatistics(Float64Array.from({ length: count }, (_, i) => 1 + (i % 97) / 100))[name];
    expect(samples(fewest - 1)).toMatchObject({
      value: null,
      reason: expect.stringContaining(fewest.toLocaleString('en')) as string,
    });
    expect(samples(fewest).value).not.toBeNull();
  }
});

test('the 95% interval of the median holds the true one in 93–99% of 1,000 short runs', () => {
  const random = seededRandom(5);
  let held = 0;
  for (let run = 0; run < 1_000; run += 1) {
    // Lognormal: the median is 1.
    const samples = Float64Array.from({ length: 80 }, () =>
      Math.exp(0.4 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
    );
    const { low, high } = boundedQuantile(orderedFromSamples(samples), 0.5)!;
    if (low <= 1 && 1 <= high) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(930);
  expect(held).toBeLessThanOrEqual(990);
});

test('outliers are graded and stay in', () => {
  const samples = Float64Array.from([...Array.from({ length: 97 }, (_, i) => 10 + (i % 5)), 18.5, 30, 40]);
  const statistics = latencyStatistics(samples);
  expect(statistics.outliers).toEqual({ mild: 1, severe: 2 });
  expect(statistics.max).toBe(40);
  expect(statistics.count).toBe(100);
});

test('beyond the samples kept, the histogram answers within 0.1%', () => {
  const random = seededRandom(6);
  const all = Float64Array.from({ length: 30_000 }, () => Math.exp(4 * random() - 2));
  const [exact, rough] = [createSampleRecord(), createSampleRecord(1_000)];
  for (const sample of all) {
    exact.add(sample);
    rough.add(sample);
  }
  expect(rough.samplesMs()).toEqual(all.slice(0, 1_000));
  expect(rough.histogram()!.counts.reduce((sum, count) => sum + count, 0)).toBe(30_000);
  const [a, b] = [exact.statistics(), rough.statistics()];
  for (const name of ['p50', 'p90', 'p95', 'p99', 'p999'] as const) {
    expect(Math.abs(b[name].value! / a[name].value! - 1)).toBeLessThanOrEqual(0.001);
  }
  expect(b.mean.value).toBeCloseTo(a.mean.value!, 9);
  expect(b.max).toBe(a.max);
  expect(Math.abs(b.autocorrelation! - a.autocorrelation!)).toBeLessThan(1e-3);
});

test('throughput is the inverse of the mean, and adds over parallel streams', () => {
  const samples = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 3));
  const alone = streamThroughput(samples, 2, 4);
  expect(alone).toMatchObject({ value: 2_000 });
  const stream = (offset: number) => {
    const beginsMs = Float64Array.from({ length: 200 }, (_, i) => offset + i * 2);
    return { beginsMs, endsMs: beginsMs.map((begin) => begin + 2) };
  };
  const together = parallelThroughput([stream(0), stream(1)], { beginMs: 1, endMs: 400 }, 4);
  expect(together.value).toBeCloseTo(4_000, -1);
  expect(streamThroughput(samples.slice(0, 5), 2, 1).value).toBeNull();
});

test('any percentile asks for as many samples as the table of LoadGen does for those it lists, and at either end alike', () => {
  expect([0.5, 0.9, 0.95, 0.99, 0.999].map(fewestSamplesOf)).toEqual([11, 64, 130, 662, 6_636]);
  expect(Object.values(fewestSamples)).toEqual([11, 64, 130, 662, 6_636]);
  expect([0.75, 0.25, 0.01].map(fewestSamplesOf)).toEqual([24, 24, 662]);
});

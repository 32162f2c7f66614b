import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDriftMeter } from '../../../main/engine/accuracy/drift.ts';

interface DriftCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly reference: readonly number[];
  readonly outcome: readonly number[];
  readonly expected: Readonly<Record<string, number>>;
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/drift/drift.json'), 'utf8'),
) as readonly DriftCase[];

/** Figures by name, taken in as batches of so many examples. */
function measured({ shape, reference, outcome }: DriftCase, batchSize: number): Record<string, number> {
  const [examples = 0, ...rest] = shape;
  const length = rest.reduce((product, size) => product * size, 1);
  const meter = createDriftMeter(shape.length === 2);
  for (let first = 0; first < examples; first += batchSize) {
    const real = Math.min(batchSize, examples - first);
    const part = (values: readonly number[]) =>
      Float32Array.from(values.slice(first * length, (first + real) * length));
    meter.add(part(reference), part(outcome), real, length);
  }
  return Object.fromEntries(meter.metrics('fixture').map(({ name, value }) => [name, value]));
}

describe('drift agrees with NumPy to 1e-6', () => {
  test.each(cases)('$name', (fixture) => {
    for (const batchSize of [1, 3, 1_000]) {
      const figures = measured(fixture, batchSize);
      expect(Object.keys(figures).sort()).toEqual(Object.keys(fixture.expected).sort());
      for (const [name, value] of Object.entries(fixture.expected)) {
        expect(Math.abs(figures[name]! - value), name).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
      }
    }
  });
});

test('values that are NaN or infinite are counted, and what rests on them is left out', () => {
  const meter = createDriftMeter(true);
  meter.add(Float32Array.of(1, 2, 3, 4), Float32Array.of(1, NaN, 3, Infinity), 2, 2);
  const names = meter.metrics('d').map(({ name, value }) => `${name} ${value}`);
  expect(names).toEqual(['not_finite 2', 'top1_agreement 50']);
});

test('equal outputs have the SNR that stands for none, and no divergence', () => {
  const meter = createDriftMeter(true);
  const values = Float32Array.of(0.25, 0.75, 1, 0);
  meter.add(values, values.slice(), 2, 2);
  const figures = Object.fromEntries(meter.metrics('d').map(({ name, value }) => [name, value]));
  expect(figures).toEqual({
    snr_db: 999,
    cosine: 1,
    max_abs_diff: 0,
    not_finite: 0,
    top1_agreement: 100,
    kl_divergence: 0,
  });
});

test('as many classes as the vocabulary of a large language model are compared', () => {
  const meter = createDriftMeter(true);
  const scores = Float32Array.from({ length: 200_000 }, (_, at) => at % 7);
  meter.add(scores, scores.slice(), 1, scores.length);
  expect(meter.metrics('d').find(({ name }) => name === 'kl_divergence')).toMatchObject({ value: 0 });
});

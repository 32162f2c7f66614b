import { expect, test } from 'vitest';
import { rejectionOf } from '../../../main/engine/sweep/acceptance.ts';
import type { QualityMetric } from '../../../shared/measurement.ts';

const metric = (name: string, value: number, unit = '%'): QualityMetric => ({
  ...{ name, value, unit, low: null, high: null, examples: 100, dataset: 'd' },
});

test('accuracy is judged beside the parent, of error rates the other way round', () => {
  const top1 = (own: number): QualityMetric[] => [metric('top1', own), metric('parent_top1', 98)];
  expect(rejectionOf({ maxDrop: 0.5 }, top1(97.5))).toBeNull();
  expect(rejectionOf({ maxDrop: 0.5 }, top1(97.4))).toBe(
    "Its top1 of 97.40% is 0.60 points worse than its parent's, more than the 0.5 that the sweep accepts.",
  );
  const cer = (own: number): QualityMetric[] => [metric('cer', own), metric('parent_cer', 2)];
  expect(rejectionOf({ maxDrop: 0.5 }, cer(1))).toBeNull();
  expect(rejectionOf({ maxDrop: 0.5 }, cer(3))).toMatch(/1\.00 points worse/);
});

test('what was not shown to be good is rejected', () => {
  expect(rejectionOf({ maxDrop: 0.5 }, [metric('top1', 99)])).toMatch(/could not be compared/);
  expect(rejectionOf({ minSnrDb: 20 }, [])).toMatch(/could not be compared/);
  expect(rejectionOf({ minSnrDb: 20 }, [metric('snr_db', Number.NaN, 'dB')])).toMatch(/below the 20 dB/);
  expect(rejectionOf({ minSnrDb: 20 }, [metric('snr_db', 20, 'dB')])).toBeNull();
});

test.each(['miou', 'map', 'r2', 'recall_at_1'])('labels of any kind are judged by their own figure: %s', (name) => {
  const quality = (own: number): QualityMetric[] => [
    metric('mae', 1, ''),
    metric(name, own),
    metric(`parent_${name}`, 80),
  ];
  expect(rejectionOf({ maxDrop: 1 }, quality(79.5))).toBeNull();
  expect(rejectionOf({ maxDrop: 1 }, quality(78))).toContain(`Its ${name} of 78.00% is 2.00 points worse`);
});

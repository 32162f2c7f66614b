import { expect, test } from 'vitest';
import type { QualityMetric } from '../../shared/measurement.ts';
import { primaryMetric } from '../../shared/primary-metric.ts';

const metric = (name: string, value: number, low: number | null = null, high: number | null = null): QualityMetric => ({
  ...{ name, value, low, high, examples: 100, unit: '%', dataset: 'd' },
});

test('each kind of labels has one figure, of which more is better', () => {
  expect(primaryMetric([metric('top5', 99), metric('top1', 91, 90, 92), metric('f1', 88)])).toEqual({
    ...{ name: 'top1', value: 91, low: 90, high: 92 },
  });
  expect(primaryMetric([metric('wer', 9), metric('cer', 4, 3, 6)])).toEqual({
    ...{ name: '1-cer', value: 96, low: 94, high: 97 },
  });
  for (const name of ['miou', 'map', 'r2', 'recall_at_1'])
    expect(primaryMetric([metric('mae', 1), metric(name, 40)])).toMatchObject({ name, value: 40 });
  expect(primaryMetric([metric('snr_db', 30), metric('mse', 2)])).toBeNull();
});

test('the parent’s stands under its own names', () => {
  const quality = [metric('cer', 4), metric('parent_cer', 2)];
  expect(primaryMetric(quality, 'parent_')).toMatchObject({ name: '1-cer', value: 98 });
  expect(primaryMetric([metric('top1', 1)], 'parent_')).toBeNull();
});

/** The figure that stands for a run's accuracy: what gates, searches, tables and exports go by. */
import type { QualityMetric } from './measurement.ts';

export interface PrimaryMetric {
  /** `top1`, `miou`, `map`, `r2`, `recall_at_1`, or `1-cer`. */
  readonly name: string;
  /** %, more is better. */
  readonly value: number;
  /** Its 95% interval, %. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Of each kind of labels; where texts are read, the share of characters that are not wrong. */
const names = ['top1', 'cer', 'miou', 'map', 'r2', 'recall_at_1'];

/** The primary figure among those of a run; of its parent with the prefix `parent_`. Null where there were no labels. */
export function primaryMetric(quality: readonly QualityMetric[], prefix: '' | 'parent_' = ''): PrimaryMetric | null {
  const found = names.flatMap((name) => quality.find((metric) => metric.name === `${prefix}${name}`) ?? [])[0];
  if (found === undefined) return null;
  const { value, low, high } = found;
  const name = found.name.slice(prefix.length);
  if (name !== 'cer') return { name, value, low, high };
  const rest = (errors: number | null): number | null => (errors === null ? null : 100 - errors);
  return { name: '1-cer', value: 100 - value, low: rest(high), high: rest(low) };
}

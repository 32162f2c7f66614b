/** Quality figures with their 95% intervals. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import type { TensorValues } from '../ports.ts';

/** Index of the largest of `length` values from `offset` on, the first of equals; −1 where one is NaN. */
export function largestIndex(values: TensorValues, offset: number, length: number): number {
  let best = 0;
  let most = values[offset]!;
  for (let index = 0; index < length; index += 1) {
    const value = values[offset + index]!;
    // Only NaN differs from itself.
    if (value !== value) return -1;
    if (value > most) {
      most = value;
      best = index;
    }
  }
  return best;
}

/** Wilson's score interval of a share, at 95%. Wilson 1927. */
export function wilsonInterval(successes: number, trials: number): { readonly low: number; readonly high: number } {
  const z = 1.959963984540054;
  const share = successes / trials;
  const weight = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / weight;
  const half = (z / weight) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** A share as a metric in percent with Wilson's interval. */
export function shareMetric(name: string, successes: number, trials: number, dataset: string): QualityMetric {
  const { low, high } = wilsonInterval(successes, trials);
  return {
    name,
    value: (100 * successes) / trials,
    low: 100 * low,
    high: 100 * high,
    examples: trials,
    unit: '%',
    dataset,
  };
}

/** Uncertainty of a figure over examples, by resampling the examples. Efron & Tibshirani 1993. */
import { seededRandom } from '../measure/seeded-random.ts';
import type { Random } from '../measure/seeded-random.ts';

/** A figure of a sample in which example i stands `weights[i]` times; NaN where it has none. */
export type WeightedStatistic = (weights: Float64Array) => number;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed?: number;
  readonly resamples?: number;
}

const mostResamples = 1_000;
const fewestResamples = 200;
/** Draws of all resamples together: about half a second. */
const mostDraws = 2e7;
const confidence = 0.95;

/** The plain sample: every example once. */
export const everyExampleOnce = (count: number): Float64Array => new Float64Array(count).fill(1);

/** The 95% percentile interval of a statistic; null where there are fewer than two examples. */
export function bootstrapInterval(
  count: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions = {},
): Interval | null {
  if (count < 2) return null;
  return percentiles(resampled(count, statistic, options));
}

export interface PairedDifference extends Interval {
  /** Of the statistic on the examples as they are. */
  readonly value: number;
  /** Two-sided, for no difference: twice the share of resamples on the other side of zero, never below 1 / resamples. */
  readonly pValue: number;
}

/** The difference of two figures over the same examples, which are drawn together. */
export function pairedBootstrap(
  count: number,
  difference: WeightedStatistic,
  options: BootstrapOptions = {},
): PairedDifference | null {
  if (count < 2) return null;
  const values = resampled(count, difference, options);
  const interval = percentiles(values);
  if (interval === null) return null;
  const below = values.filter((value) => value <= 0).length;
  const above = values.filter((value) => value >= 0).length;
  const pValue = Math.min(1, Math.max((2 * Math.min(below, above)) / values.length, 1 / values.length));
  return { value: difference(everyExampleOnce(count)), ...interval, pValue };
}

function resampled(count: number, statistic: WeightedStatistic, { seed = 1, resamples }: BootstrapOptions): number[] {
  const times = resamples ?? Math.max(fewestResamples, Math.min(mostResamples, Math.floor(mostDraws / count)));
  const random = seededRandom(seed);
  const weights = new Float64Array(count);
  return Array.from({ length: times }, () => {
    drawInto(weights, random);
    return statistic(weights);
  }).filter((value) => !Number.isNaN(value));
}

function drawInto(weights: Float64Array, random: Random): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw += 1) weights[Math.floor(random() * weights.length)]! += 1;
}

/** Type 7 of Hyndman & Fan 1996. */
function percentiles(values: readonly number[]): Interval | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (probability: number): number => {
    const place = (sorted.length - 1) * probability;
    const below = Math.floor(place);
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
  };
  return { low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
}

/** Quantiles and their intervals, from sorted samples. */
import type { MaybeEstimate } from '../../../shared/measurement.ts';

/** Two-sided 95% point of the normal distribution. */
export const normal95 = 1.959963984540054;

/** The `probability` quantile (0–1) of ascending samples. Type 7 of Hyndman & Fan 1996. */
export function quantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/**
 * How much wider the interval of a mean-like figure is where each sample resembles the one before: √((1+ρ)/(1−ρ)) for a
 * lag-1 autocorrelation ρ > 0, else 1. Bayley & Hammersley 1946.
 */
export const autocorrelationWidening = (autocorrelation: number | null): number => {
  const rho = Math.min(0.99, Math.max(0, autocorrelation ?? 0));
  return Math.sqrt((1 + rho) / (1 - rho));
};

/**
 * 95% interval of a quantile from order statistics, without assuming a distribution: the samples at ranks
 * ⌈np ∓ z√(np(1−p))⌉. Conover 1999, 3.2. `widening` stretches z.
 */
export function quantileInterval(
  sorted: Float64Array,
  probability: number,
  widening = 1,
): readonly [low: number, high: number] {
  const n = sorted.length;
  const reach = widening * normal95 * Math.sqrt(n * probability * (1 - probability));
  const rank = (position: number): number => Math.min(n, Math.max(1, Math.ceil(position)));
  return [sorted[rank(n * probability - reach) - 1]!, sorted[rank(n * probability + reach) - 1]!];
}

/**
 * Fewest samples before a percentile may be reported at all, by MLPerf LoadGen's early stopping at confidence 0.99.
 */
export const fewestSamples = { p50: 11, p90: 64, p95: 130, p99: 662, p999: 6_636 } as const;
export type PercentileName = keyof typeof fewestSamples;
const probabilities: Readonly<Record<PercentileName, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
};

/** A percentile with its interval, or blank with the reason where the samples are too few. */
export function percentile(sorted: Float64Array, name: PercentileName, widening = 1): MaybeEstimate {
  const needed = fewestSamples[name];
  if (sorted.length < needed) {
    return {
      value: null,
      reason: `needs ${needed.toLocaleString('en')} samples and has ${sorted.length.toLocaleString('en')}`,
    };
  }
  const probability = probabilities[name];
  const [low, high] = quantileInterval(sorted, probability, widening);
  const value = quantile(sorted, probability);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

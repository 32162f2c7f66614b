/** Distribution-free intervals of quantiles, from the binomial distribution of ranks. */
import type { Estimate, MaybeEstimate } from '../../../shared/measurement.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { varianceInflation } from './dependence.ts';
import { quantile } from './ordered-values.ts';
import type { OrderedValues } from './ordered-values.ts';

/**
 * Fewest samples before a quantile is reported: the least n at which at most one sample beyond it, to the nearer end, is no more
 * likely than 1% (LoadGen's early stopping at a confidence of 0.99, MLPerf Inference rules).
 */
export function fewestSamplesOf(probability: number): number {
  const within = Math.max(probability, 1 - probability);
  const enough = (count: number): boolean => within ** count + count * (1 - within) * within ** (count - 1) <= 0.01;
  let count = 2;
  while (!enough(count)) count *= 2;
  for (let step = count / 4; step >= 1; step = Math.floor(step / 2)) {
    while (count - step >= 2 && enough(count - step)) count -= step;
  }
  return count;
}

/** Of the percentiles that a run reports. */
export const fewestSamples: Readonly<Record<'p50' | 'p90' | 'p95' | 'p99' | 'p999', number>> = {
  p50: fewestSamplesOf(0.5),
  p90: fewestSamplesOf(0.9),
  p95: fewestSamplesOf(0.95),
  p99: fewestSamplesOf(0.99),
  p999: fewestSamplesOf(0.999),
};

/**
 * 0-based ranks of the order statistics that enclose the quantile with at least the given confidence, equal tails.
 * Exact by the binomial distribution (Hahn & Meeker 1991, 5.2); null where n is too small for such a pair.
 */
export function quantileRanks(
  count: number,
  probability: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } | null {
  const tail = (1 - confidence) / 2;
  let low = -1;
  let high = -1;
  scanBinomial(count, probability, (k, cumulative) => {
    // X(r) with 1-based r lies above the quantile with probability P(B ≤ r − 1).
    if (cumulative <= tail) low = k + 1;
    if (cumulative >= 1 - tail) {
      high = k + 1;
      return false;
    }
    return true;
  });
  return low < 1 || high < 1 || high > count ? null : { low: low - 1, high: high - 1 };
}

/**
 * The quantile with its 95% interval; blank with the reason below `fewest` samples. Give the samples in order where they
 * are there: what depends on its neighbours makes the interval wider.
 */
export function quantileEstimate(
  ordered: OrderedValues,
  probability: number,
  fewest: number,
  inOrder: Float64Array | null = null,
): MaybeEstimate {
  if (ordered.count < fewest) return tooFew(ordered.count, fewest);
  return boundedQuantile(ordered, probability, inOrder) ?? tooFew(ordered.count, fewest + 1);
}

/** The quantile with its 95% interval, or null where there are too few values for one. */
export function boundedQuantile(
  ordered: OrderedValues,
  probability: number,
  inOrder: Float64Array | null = null,
): Estimate | null {
  const ranks = quantileRanks(ordered.count, probability);
  if (ranks === null) return null;
  const value = quantile(ordered, probability);
  const { low, high } = inOrder === null ? ranks : widened(ranks, ordered, probability, inOrder, value);
  return { value, low: ordered.at(low), high: ordered.at(high) };
}

/** Standard errors grow with the root of the variance; ranks move from the quantile in proportion (Heidelberger & Lewis 1984). */
function widened(
  { low, high }: { readonly low: number; readonly high: number },
  { count }: OrderedValues,
  probability: number,
  inOrder: Float64Array,
  value: number,
): { readonly low: number; readonly high: number } {
  const factor = Math.sqrt(varianceInflation(inOrder, value, probability));
  const centre = probability * (count - 1);
  return {
    low: Math.max(0, Math.floor(centre - factor * (centre - low))),
    high: Math.min(count - 1, Math.ceil(centre + factor * (high - centre))),
  };
}

/** A blank for want of samples. */
export const tooFew = (count: number, fewest: number): MaybeEstimate => ({
  value: null,
  reason: say('fewSamples', { fewest: fewest.toLocaleString('en'), count: count.toLocaleString('en') }),
});

/** Visits k with P(B ≤ k), B ~ Binomial(n, p), from where the mass is negligible up, until told to stop. */
function scanBinomial(n: number, p: number, visit: (k: number, cumulative: number) => boolean): void {
  const spread = Math.sqrt(n * p * (1 - p));
  const first = Math.max(0, Math.floor(n * p - 12 * spread - 12));
  let term = Math.exp(logBinomialTerm(n, p, first));
  let cumulative = 0;
  for (let k = first; k <= n; k += 1) {
    cumulative += term;
    if (!visit(k, cumulative)) return;
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
}

/** Natural logarithm of C(n, k) p^k (1−p)^(n−k). */
const logBinomialTerm = (n: number, p: number, k: number): number =>
  logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p);

/** ln n!: exact product to 20, beyond it Stirling's series, whose next term is below 1e-12. */
function logFactorial(n: number): number {
  if (n > 20) {
    const inverse = 1 / n;
    const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
    return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
  }
  let product = 1;
  for (let factor = 2; factor <= n; factor += 1) product *= factor;
  return Math.log(product);
}

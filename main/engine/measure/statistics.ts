/** What is reported of the latencies of one run. Each figure has its 95% interval, or is blank and says why. */
import type { LatencyStatistics, MaybeEstimate } from '../../../shared/measurement.ts';
import { stationarityOf } from './dependence.ts';
import { addToMoments, noMoments, standardDeviation, standardDeviationError } from './moments.ts';
import type { Moments } from './moments.ts';
import { distancesFrom, orderedFromSamples, quantile } from './ordered-values.ts';
import type { OrderedValues } from './ordered-values.ts';
import { boundedQuantile, fewestSamples, quantileEstimate, tooFew } from './quantile-interval.ts';
import { studentQuantile } from './student-t.ts';

/** Statistics of samples in ms, in the order they were taken. Raises a plain `Error` when there are none. */
export function latencyStatistics(samplesMs: Float64Array): LatencyStatistics {
  if (samplesMs.length === 0) throw new Error('no samples');
  const moments = noMoments();
  for (const sample of samplesMs) addToMoments(moments, sample);
  return summarize(orderedFromSamples(samplesMs), moments, autocorrelation(samplesMs, moments.mean), samplesMs);
}

/** The same from parts, for when only a histogram of the samples was kept. */
export function summarize(
  ordered: OrderedValues,
  moments: Moments,
  lagOne: number | null,
  inOrder: Float64Array | null = null,
): LatencyStatistics {
  const estimate = (probability: number, fewest: number): MaybeEstimate =>
    quantileEstimate(ordered, probability, fewest, inOrder);
  return {
    count: moments.count,
    mean: meanEstimate(moments),
    p50: estimate(0.5, fewestSamples.p50),
    p90: estimate(0.9, fewestSamples.p90),
    p95: estimate(0.95, fewestSamples.p95),
    p99: estimate(0.99, fewestSamples.p99),
    p999: estimate(0.999, fewestSamples.p999),
    standardDeviation: deviationEstimate(moments),
    medianAbsoluteDeviation: medianAbsoluteDeviation(ordered),
    min: moments.min,
    max: moments.max,
    outliers: countOutliers(ordered),
    autocorrelation: lagOne,
    stationarity: inOrder === null ? null : stationarityOf(inOrder),
  };
}

/** Fewest samples for the intervals that rest on sums: below, the normal limit is no guide. */
const fewestForSums = 5;

/** Mean with Student's t interval; neighbouring samples are taken as independent, which `autocorrelation` lets one judge. */
function meanEstimate(moments: Moments): MaybeEstimate {
  if (moments.count < fewestForSums) return tooFew(moments.count, fewestForSums);
  const error = standardDeviation(moments) / Math.sqrt(moments.count);
  const half = studentQuantile(0.05, moments.count - 1) * error;
  return { value: moments.mean, low: moments.mean - half, high: moments.mean + half };
}

function deviationEstimate(moments: Moments): MaybeEstimate {
  if (moments.count < fewestForSums) return tooFew(moments.count, fewestForSums);
  const value = standardDeviation(moments);
  const half = 1.959963984540054 * standardDeviationError(moments);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/**
 * Median of the distances from the median, unscaled (Iglewicz & Hoaglin 1993); the interval is the order-statistic one
 * of the distances, the median taken as known, which is right in the limit for symmetric distributions (Falk 1997).
 */
function medianAbsoluteDeviation(ordered: OrderedValues): MaybeEstimate {
  if (ordered.count < fewestSamples.p50) return tooFew(ordered.count, fewestSamples.p50);
  return boundedQuantile(distancesFrom(ordered, quantile(ordered, 0.5)), 0.5)!;
}

/** Values beyond Tukey's fences (1977): 1.5 and 3 interquartile ranges outside the quartiles; severe ones are not counted as mild. */
function countOutliers(ordered: OrderedValues): LatencyStatistics['outliers'] {
  const lower = quantile(ordered, 0.25);
  const upper = quantile(ordered, 0.75);
  const range = upper - lower;
  let mild = 0;
  let severe = 0;
  ordered.forEach((value, occurrences) => {
    const beyond = Math.max(lower - value, value - upper);
    if (beyond > 3 * range) severe += occurrences;
    else if (beyond > 1.5 * range) mild += occurrences;
  });
  return { mild, severe };
}

/** Lag-1 autocorrelation coefficient (Box & Jenkins 1976, 2.1.5); null below 3 samples; 0 where all are equal. */
function autocorrelation(samples: Float64Array, mean: number): number | null {
  if (samples.length < 3) return null;
  let products = 0;
  let squares = 0;
  let previous = 0;
  samples.forEach((sample, index) => {
    const delta = sample - mean;
    if (index > 0) products += delta * previous;
    squares += delta * delta;
    previous = delta;
  });
  return squares === 0 ? 0 : products / squares;
}

/** What samples in order tell beyond their distribution: how much neighbours depend on each other, and whether they drift. */
import type { Stationarity } from '../../../shared/measurement.ts';
import { orderedFromSamples, quantile } from './ordered-values.ts';

const groupCount = 20;
const fewestInGroup = 5;

/**
 * By how much the variance of the `probability` quantile at `value` exceeds that of as many independent samples; at
 * least 1. Batch means of the indicator of lying below it (Heidelberger & Lewis 1984; 20 batches, Schmeiser 1982).
 */
export function varianceInflation(samples: Float64Array, value: number, probability: number): number {
  const perGroup = Math.floor(samples.length / groupCount);
  if (perGroup < fewestInGroup) return 1;
  const shares = new Float64Array(groupCount);
  for (let group = 0; group < groupCount; group += 1) {
    let below = 0;
    for (let index = group * perGroup; index < (group + 1) * perGroup; index += 1)
      if (samples[index]! <= value) below += 1;
    shares[group] = below / perGroup;
  }
  const centre = mean(shares);
  const between = shares.reduce((sum, share) => sum + (share - centre) ** 2, 0) / (groupCount - 1);
  return Math.max(1, (perGroup * between) / (probability * (1 - probability)));
}

/** Critical value of the KPSS statistic in level at 1%. Kwiatkowski, Phillips, Schmidt & Shin 1992, table 1. */
const criticalAtOnePercent = 0.739;
const batchesTested = 100;
const fewestTested = 40;

/** Tests the medians of consecutive batches, which outliers don't move; null below 40 samples. */
export function stationarityOf(samplesMs: Float64Array): Stationarity | null {
  if (samplesMs.length < fewestTested) return null;
  const perBatch = Math.max(1, Math.floor(samplesMs.length / batchesTested));
  const batches = Math.floor(samplesMs.length / perBatch);
  const medians = Float64Array.from({ length: batches }, (_, batch) =>
    medianOf(samplesMs.subarray(batch * perBatch, (batch + 1) * perBatch)),
  );
  const statistic = kpss(medians);
  const third = Math.floor(samplesMs.length / 3);
  const drift = medianOf(samplesMs.subarray(-third)) / medianOf(samplesMs.subarray(0, third)) - 1;
  return { statistic, stationary: statistic <= criticalAtOnePercent, drift };
}

/**
 * KPSS statistic in level with Bartlett weights and the lag ⌈12 (n/100)^¼⌉ (Schwert 1989). 0 where all values are equal.
 */
export function kpss(values: Float64Array): number {
  const n = values.length;
  const centre = mean(values);
  const residuals = values.map((value) => value - centre);
  const autocovariance = (lag: number): number => {
    let sum = 0;
    for (let index = lag; index < n; index += 1) sum += residuals[index]! * residuals[index - lag]!;
    return sum;
  };
  const lags = Math.min(Math.ceil(12 * (n / 100) ** 0.25), n - 1);
  let longRun = autocovariance(0);
  for (let lag = 1; lag <= lags; lag += 1) longRun += 2 * (1 - lag / (lags + 1)) * autocovariance(lag);
  longRun /= n;
  if (!(longRun > 0)) return 0;
  let partial = 0;
  let squares = 0;
  for (const residual of residuals) {
    partial += residual;
    squares += partial * partial;
  }
  return squares / (n * n * longRun);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const medianOf = (samples: Float64Array): number => quantile(orderedFromSamples(samples), 0.5);

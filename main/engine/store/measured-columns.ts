import type { Estimate, MaybeEstimate, Measurement } from '../../../shared/measurement.ts';
import { primaryMetric } from '../../../shared/primary-metric.ts';

/** Column of `runs` → its value. */
export type ColumnValues = Readonly<Record<string, string | number | null>>;

const isEstimate = (estimate: MaybeEstimate): estimate is Estimate => estimate.value !== null;

/** The summary columns that a measurement fills. */
export function measuredColumns(measurement: Measurement): ColumnValues {
  const { statistics, placement, interference } = measurement;
  const accuracy = primaryMetric(measurement.quality);
  const median = isEstimate(statistics.p50) ? statistics.p50 : null;
  return {
    samples: statistics.count,
    p50_ms: median?.value ?? null,
    p50_low_ms: median?.low ?? null,
    p50_high_ms: median?.high ?? null,
    mean_ms: statistics.mean.value,
    p90_ms: statistics.p90.value,
    p95_ms: statistics.p95.value,
    p99_ms: statistics.p99.value,
    p999_ms: statistics.p999.value,
    min_ms: statistics.min,
    max_ms: statistics.max,
    variation_percent: variationPercent(statistics.standardDeviation.value, statistics.mean.value),
    throughput_per_second: measurement.throughputPerSecond.value,
    session_creation_ms: measurement.sessionCreationMs,
    cold_inference_ms: measurement.coldInferenceMs,
    warmup_ms: measurement.warmup.durationMs,
    measuring_ms: measurement.measuringMs,
    harness_overhead_ms: measurement.harnessOverheadMs,
    peak_rss_bytes: Math.round(measurement.peakRssBytes),
    nodes_on_provider: placement.nodesOnProvider,
    node_count: placement.nodeCount,
    steady: measurement.warmup.steady ? 1 : 0,
    noisy: interference.noisy ? 1 : 0,
    noise_causes_json: interference.causes.length === 0 ? null : JSON.stringify(interference.causes),
    accuracy_metric: accuracy?.name ?? null,
    accuracy_percent: accuracy?.value ?? null,
    accuracy_low_percent: accuracy?.low ?? null,
    accuracy_high_percent: accuracy?.high ?? null,
    snr_db: finiteOrNull(measurement.quality.find(({ name }) => name === 'snr_db')?.value),
  };
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Standard deviation over the mean, %. */
function variationPercent(standardDeviation: number | null, mean: number | null): number | null {
  return standardDeviation === null || mean === null || mean === 0 ? null : (100 * standardDeviation) / mean;
}

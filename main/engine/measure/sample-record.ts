/** Takes in samples as they are timed: all of them in order up to a million, and a histogram of all. */
import type { Estimate, LatencyStatistics } from '../../../shared/measurement.ts';
import { createLatencyHistogram } from './latency-histogram.ts';
import type { HistogramBuckets } from './latency-histogram.ts';
import { addToMoments, noMoments } from './moments.ts';
import { orderedFromSamples } from './ordered-values.ts';
import { boundedQuantile } from './quantile-interval.ts';
import { latencyStatistics, summarize } from './statistics.ts';

/** Beyond as many, the samples in order are not kept. */
export const mostSamplesInOrder = 1_000_000;

export interface SampleRecord {
  readonly add: (latencyMs: number) => void;
  readonly count: () => number;
  /** The median with its interval from the histogram (within 0.1%), cheap at any count; null below 6 samples. */
  readonly roughMedian: () => Estimate | null;
  /** The same from all samples while they are kept. */
  readonly exactMedian: () => Estimate | null;
  readonly statistics: () => LatencyStatistics;
  /** In order; the first million where there are more. */
  readonly samplesMs: () => Float64Array;
  /** All samples by bucket, where there are more than a million; else null. */
  readonly histogram: () => HistogramBuckets | null;
}

export function createSampleRecord(keep = mostSamplesInOrder): SampleRecord {
  const histogram = createLatencyHistogram();
  const moments = noMoments();
  let kept = new Float64Array(Math.min(keep, 4_096));
  let previous = 0;
  // Sum of products of neighbours less their mean, updated about the running mean: exact enough beyond a million.
  let neighbours = 0;
  const complete = (): boolean => moments.count <= keep;
  const samplesMs = (): Float64Array => kept.slice(0, Math.min(moments.count, keep));
  return {
    add: (latencyMs) => {
      const index = moments.count;
      if (index > 0) neighbours += (latencyMs - moments.mean) * (previous - moments.mean);
      previous = latencyMs;
      addToMoments(moments, latencyMs);
      histogram.add(latencyMs);
      if (index >= keep) return;
      if (index === kept.length) kept = grown(kept, keep);
      kept[index] = latencyMs;
    },
    count: () => moments.count,
    roughMedian: () => boundedQuantile(histogram.ordered(), 0.5),
    exactMedian: () => {
      if (!complete()) return boundedQuantile(histogram.ordered(), 0.5);
      const samples = samplesMs();
      return boundedQuantile(orderedFromSamples(samples), 0.5, samples);
    },
    statistics: () =>
      complete()
        ? latencyStatistics(samplesMs())
        : summarize(histogram.ordered(), moments, moments.second === 0 ? 0 : neighbours / moments.second),
    samplesMs,
    histogram: () => (complete() ? null : histogram.buckets()),
  };
}

function grown(values: Float64Array<ArrayBuffer>, most: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.min(most, values.length * 2));
  larger.set(values);
  return larger;
}

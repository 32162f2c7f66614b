/**
 * Counts latencies in buckets of equal ratio, so that any quantile is known to 0.1% whatever the range, in constant
 * memory (after HdrHistogram, Tene 2013, with logarithmic buckets as in DDSketch, Masson et al. 2019).
 */
import { orderedFromCounts } from './ordered-values.ts';
import type { OrderedValues } from './ordered-values.ts';

/** Largest relative error of a value read from the histogram. */
const relativeError = 0.001;
const ratio = (1 + relativeError) / (1 - relativeError);
const perLogarithm = 1 / Math.log(ratio);
/** 1 ns to 11 days, in ms; what lies outside is counted at the end. */
const lowestMs = 1e-6;
const bucketCount = Math.ceil(Math.log(1e9 / lowestMs) * perLogarithm) + 1;

export interface LatencyHistogram {
  readonly add: (latencyMs: number) => void;
  readonly ordered: () => OrderedValues;
  /** The middle (ms) and the count of each bucket that isn't empty, ascending. */
  readonly buckets: () => HistogramBuckets;
}

export interface HistogramBuckets {
  readonly middlesMs: Float64Array;
  readonly counts: Float64Array;
}

export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(bucketCount);
  const buckets = (): HistogramBuckets => {
    const used: number[] = [];
    counts.forEach((count, index) => count > 0 && used.push(index));
    return {
      middlesMs: Float64Array.from(used, middleOf),
      counts: Float64Array.from(used, (index) => counts[index]!),
    };
  };
  return {
    add: (latencyMs) => {
      const index = latencyMs <= lowestMs ? 0 : Math.ceil(Math.log(latencyMs / lowestMs) * perLogarithm);
      counts[Math.min(index, bucketCount - 1)]! += 1;
    },
    ordered: () => {
      const { middlesMs, counts: occurrences } = buckets();
      return orderedFromCounts(middlesMs, occurrences);
    },
    buckets,
  };
}

/** Bucket i holds (lowest·ratio^(i−1), lowest·ratio^i]; this value is within the relative error of all of it. */
const middleOf = (index: number): number => lowestMs * ratio ** index * (1 - relativeError);

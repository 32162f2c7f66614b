/** Ranges to quantize a tensor on, from its histogram. */
import type { Histogram } from './histogram.ts';

/** A closed range of float32 values. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

const within = (range: ValueRange, observed: ValueRange): ValueRange => ({
  low: Math.max(range.low, observed.low),
  high: Math.min(range.high, observed.high),
});

/**
 * The range that holds the given percentage of values (0–100), clipped to what was observed. A histogram of |x| gives the same
 * reach on both sides; one of x cuts half of the rest on each (`compute_percentile`).
 */
export function percentileRange(histogram: Histogram, percentile: number, observed: ValueRange): ValueRange {
  const { counts, edges, absolute } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cumulative = new Float64Array(counts.length);
  let sum = 0;
  counts.forEach((count, bin) => (cumulative[bin] = sum += count / total));
  // The first bin at which the cumulative share reaches the wanted one; past the end where rounding keeps it below.
  const reach = (share: number): number => {
    const bin = cumulative.findIndex((value) => value >= share);
    return edges[bin === -1 ? counts.length : bin]!;
  };
  if (absolute) {
    const high = reach(percentile / 100);
    return within({ low: -high, high }, observed);
  }
  const cut = (100 - percentile) / 200;
  return within({ low: reach(cut), high: reach(1 - cut) }, observed);
}

const smoothing = 0.0001;

/**
 * The range whose quantization to `quantizedBins` levels keeps the distribution closest (least Kullback–Leibler divergence), among
 * those symmetric about the middle of the histogram, clipped to what was observed (`get_entropy_threshold`; Migacz, TensorRT, GTC 2017).
 */
export function entropyRange(histogram: Histogram, quantizedBins: number, observed: ValueRange): ValueRange {
  const { counts, edges } = histogram;
  const middle = counts.length >> 1;
  let best: ValueRange = { low: 0, high: 0 };
  let least = Infinity;
  for (let half = quantizedBins >> 1; half <= middle; half += 1) {
    const start = middle - half;
    const end = Math.min(middle + half + 1, counts.length);
    const divergence = divergenceOf(counts, start, end, quantizedBins);
    if (divergence < least || half === quantizedBins >> 1) {
      least = divergence;
      best = { low: edges[start]!, high: edges[end]! };
    }
  }
  return within(best, observed);
}

/** Divergence between the counts of [start, end), with all outside added to its ends, and the same merged into few levels. */
function divergenceOf(counts: Float64Array, start: number, end: number, levels: number): number {
  const size = end - start;
  const reference = counts.slice(start, end);
  const merged = Math.floor(size / levels);
  for (let bin = 0; bin < start; bin += 1) reference[0]! += counts[bin]!;
  for (let bin = end; bin < counts.length; bin += 1) reference[size - 1]! += counts[bin]!;
  const candidate = new Float64Array(size);
  for (let level = 0; level < levels; level += 1) {
    const from = level * merged;
    const to = from + merged;
    let total = 0;
    let occupied = 0;
    for (let bin = from; bin < (level === levels - 1 ? size : to); bin += 1) total += counts[start + bin]!;
    for (let bin = from; bin < to; bin += 1) if (reference[bin]! !== 0) occupied += 1;
    if (occupied > 0) candidate.fill(Math.floor(total / occupied), from, to);
  }
  return smooth(reference) && smooth(candidate) ? relativeEntropy(reference, candidate) : Infinity;
}

/** Gives empty bins a little of the others' weight, in place; false where all are empty. */
function smooth(counts: Float64Array): boolean {
  let empty = 0;
  for (const count of counts) if (count === 0) empty += 1;
  const occupied = counts.length - empty;
  if (occupied === 0) return false;
  const taken = (smoothing * empty) / occupied;
  for (let bin = 0; bin < counts.length; bin += 1) {
    counts[bin] = Math.fround(counts[bin] === 0 ? smoothing : counts[bin]! - taken);
  }
  return true;
}

function relativeEntropy(p: Float64Array, q: Float64Array): number {
  let sumP = 0;
  let sumQ = 0;
  for (let bin = 0; bin < p.length; bin += 1) {
    sumP += p[bin]!;
    sumQ += q[bin]!;
  }
  let entropy = 0;
  for (let bin = 0; bin < p.length; bin += 1) entropy += p[bin]! * Math.log((p[bin]! * sumQ) / (q[bin]! * sumP));
  return Math.fround(entropy / sumP);
}

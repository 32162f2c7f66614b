/** Throughput with its interval, by batch means. */
import type { MaybeEstimate } from '../../../shared/measurement.ts';
import { tooFew } from './quantile-interval.ts';
import { studentQuantile } from './student-t.ts';

/** Groups of consecutive samples or slices of time: enough for an interval, long enough to be nearly independent. */
const groupCount = 20;

/**
 * Examples per second of one stream from its latencies in order and their mean, `batchSize` examples each. Interval:
 * Student's t over the means of 20 groups of consecutive samples, which holds for samples that depend on their
 * neighbours (batch means, Law & Kelton 1991, 9.5.3), carried to the rate by the delta method.
 */
export function streamThroughput(samplesMs: Float64Array, meanMs: number, batchSize: number): MaybeEstimate {
  const perGroup = Math.floor(samplesMs.length / groupCount);
  if (perGroup < 1) return tooFew(samplesMs.length, groupCount);
  const means = Float64Array.from({ length: groupCount }, (_, group) => {
    const last = group === groupCount - 1;
    return mean(samplesMs.subarray(group * perGroup, last ? samplesMs.length : (group + 1) * perGroup));
  });
  const value = (1000 * batchSize) / meanMs;
  const half = value * (halfWidth(means) / meanMs);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/**
 * Examples per second of several streams over the time that all of them ran, from when each inference began and ended
 * (ms on one clock). The window is cut into 20 slices; an inference counts in each by the share of it that falls there.
 */
export function parallelThroughput(
  streams: readonly { readonly beginsMs: Float64Array; readonly endsMs: Float64Array }[],
  window: { readonly beginMs: number; readonly endMs: number },
  batchSize: number,
): MaybeEstimate {
  const sliceMs = (window.endMs - window.beginMs) / groupCount;
  const slices = new Float64Array(groupCount);
  let inferences = 0;
  for (const { beginsMs, endsMs } of streams) {
    beginsMs.forEach((begin, index) => {
      const end = endsMs[index]!;
      if (end >= window.beginMs && end <= window.endMs) inferences += 1;
      addShares(slices, (begin - window.beginMs) / sliceMs, (end - window.beginMs) / sliceMs);
    });
  }
  if (inferences < groupCount) return tooFew(inferences, groupCount);
  const perSecond = slices.map((share) => (share * batchSize * 1000) / sliceMs);
  const value = mean(perSecond);
  const half = halfWidth(perSecond);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** Spreads one inference over the slices it touches; positions in slices. */
function addShares(slices: Float64Array, begin: number, end: number): void {
  const from = Math.max(0, Math.floor(begin));
  const to = Math.min(slices.length - 1, Math.floor(end));
  for (let slice = from; slice <= to; slice += 1) {
    const overlap = Math.min(end, slice + 1) - Math.max(begin, slice);
    if (overlap > 0) slices[slice]! += overlap / (end - begin);
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function halfWidth(groups: Float64Array): number {
  const centre = mean(groups);
  const variance = groups.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (groups.length - 1);
  return studentQuantile(0.05, groups.length - 1) * Math.sqrt(variance / groups.length);
}

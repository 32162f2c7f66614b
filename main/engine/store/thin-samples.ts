import type { SampleReply, SampleRequest } from './run-reads.ts';

/**
 * At most `limit` of the samples (ms), evenly spaced with the first and the last kept: in measured order, or over the order
 * statistics when `sorted`, so that quantiles and extremes are those of all samples.
 */
export function thinSamples(samplesMs: Float64Array, { limit, sorted }: SampleRequest): SampleReply {
  const count = samplesMs.length;
  const ordered = sorted === true ? samplesMs.sort() : samplesMs;
  if (limit === undefined || count <= limit) return { samplesMs: ordered, count };
  const step = (count - 1) / (limit - 1);
  return { samplesMs: Float64Array.from({ length: limit }, (_, index) => ordered[Math.round(index * step)]!), count };
}

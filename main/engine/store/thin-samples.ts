import type { SampleReply, SampleRequest } from './run-reads.ts';
import { unpackSamples, unpackSorted } from './sample-codec.ts';
import type { PackedSamples } from './sample-codec.ts';

/**
 * At most `limit` of the samples (ms), evenly spaced with the first and the last kept: in measured order, or over the order
 * statistics when `sorted`, so that quantiles and extremes are those of all samples.
 */
export function thinSamples(packed: PackedSamples, { limit, sorted }: SampleRequest): SampleReply {
  const samplesMs = sorted === true ? unpackSorted(packed) : unpackSamples(packed);
  const count = samplesMs.length;
  if (limit === undefined || count <= limit) return { samplesMs, count };
  const step = (count - 1) / (limit - 1);
  return { samplesMs: Float64Array.from({ length: limit }, (_, index) => samplesMs[Math.round(index * step)]!), count };
}

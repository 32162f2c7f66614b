/** When measuring has gone on for long enough. */
import type { MeasureOptions, Measurement } from '../../../shared/measurement.ts';
import type { SampleRecord } from './sample-record.ts';

/** Tells after a sample whether to go on (null), given the time measured so far in ms. */
export type StoppingRule = (elapsedMs: number) => Measurement['stopped'] | null;

/** Samples between looks at the interval grow by this factor, so that all looks together cost less than the samples. */
const growth = 1.1;
/** What the histogram behind the rough interval may add to the relative half-width. */
const histogramError = 0.002;

/**
 * Ends when the minimum duration, the minimum count, and the target of the median's 95% interval are all met
 * (`converged`), or at the maximum duration.
 */
export function createStoppingRule(record: SampleRecord, options: MeasureOptions): StoppingRule {
  let nextLook = options.minSamples;
  return (elapsedMs) => {
    if (record.count() >= nextLook && elapsedMs >= options.minDurationMs) {
      nextLook = Math.ceil(record.count() * growth);
      if (isNarrow(record, options.targetRelativeInterval)) return 'converged';
    }
    return elapsedMs >= options.maxDurationMs ? 'duration cap' : null;
  };
}

/** Asks the histogram first: sorting all samples is for when they are about to satisfy. */
function isNarrow(record: SampleRecord, target: number): boolean {
  const within = (estimate: ReturnType<SampleRecord['roughMedian']>, slack: number): boolean =>
    estimate !== null && (estimate.high - estimate.low) / 2 <= (target + slack) * estimate.value;
  return within(record.roughMedian(), histogramError) && within(record.exactMedian(), 0);
}

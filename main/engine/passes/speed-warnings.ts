import type { MaybeEstimate } from '../../../shared/measurement.ts';

/** Of two sessions of one model, one was seen up to 1.5% slower than the other, by where its memory lies. */
const slowerRatio = 1.02;

/**
 * What a measured latency ratio (variant / parent) has a person warned of: that the variant is slower, with `why`, or that it was
 * not found to be faster. Nothing where nothing was measured.
 */
export function speedWarnings(ratio: MaybeEstimate, why: string): string[] {
  if (ratio.value === null) return [];
  const told = `${ratio.value.toFixed(2)} times its latency at batch 1, one thread; 95% interval ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`;
  if (ratio.value > slowerRatio) return [`The variant is slower than its parent on this CPU (${told}): ${why}.`];
  if (ratio.high < 1) return [];
  return [
    `The variant was not found to be faster than its parent on this CPU (${told}): measure both in a sweep before you choose it for its speed.`,
  ];
}

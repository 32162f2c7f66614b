import type { MaybeEstimate } from '../../../shared/measurement.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Of two sessions of one model, one was seen up to 1.5% slower than the other, by where its memory lies. */
const slowerRatio = 1.02;

/**
 * What a measured latency ratio (variant / parent) has a person warned of: that the variant is slower, with `why`, or that it was
 * not found to be faster. Nothing where nothing was measured.
 */
export function speedWarnings(ratio: MaybeEstimate, why: string): string[] {
  if (ratio.value === null) return [];
  const told = say('timesOfParent', {
    ratio: ratio.value.toFixed(2),
    low: ratio.low.toFixed(2),
    high: ratio.high.toFixed(2),
  });
  if (ratio.value > slowerRatio) return [say('slowerThanParent', { times: told, why })];
  if (ratio.high < 1) return [];
  return [say('notFoundFaster', { times: told })];
}

/** Which of the tried variants is the best, and why. */
import type { SearchResult, SearchTrial } from '../../../shared/search.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface Choice {
  /** Index, or null where the original stays the best. */
  readonly best: number | null;
  readonly reason: string;
}

/** Drift as a cost: less SNR is worse; points of accuracy count first where there are labels. */
const harmOf = ({ drop, snrDb }: SearchTrial): readonly [number, number] => [drop ?? 0, -(snrDb ?? -Infinity)];

const byHarm = (a: SearchTrial, b: SearchTrial): number => {
  const [dropA, noiseA] = harmOf(a);
  const [dropB, noiseB] = harmOf(b);
  return dropA === dropB ? noiseA - noiseB : dropA - dropB;
};

const isConfirmed = ({ name }: SearchTrial): boolean => name.endsWith(', confirmed');

/** Best first. */
const order =
  (goal: SearchResult['goal']) =>
  (a: SearchTrial, b: SearchTrial): number =>
    goal === 'fastest' ? (a.ratio?.value ?? Infinity) - (b.ratio?.value ?? Infinity) : byHarm(a, b);

/** What looks best and is not confirmed yet; null where nothing looks better than the original, or it is confirmed. */
export function promising(goal: SearchResult['goal'], trials: readonly SearchTrial[]): SearchTrial | null {
  if (goal === 'most accurate' || trials.some(isConfirmed)) return null;
  const [best] = trials.filter(({ rejected }) => rejected === null).toSorted(order(goal));
  return best !== undefined && best.ratio !== null && best.ratio.value < 1 ? best : null;
}

/**
 * The best of what was tried; rejected ones are left out. The fastest must be faster than the original beyond doubt, its whole
 * interval below 1, when measured anew.
 */
export function chooseTrial(goal: SearchResult['goal'], trials: readonly SearchTrial[]): Choice {
  const rejected = trials.filter((trial) => trial.rejected !== null).length;
  const leftOut = rejected === 0 ? '' : ` ${say('triedRejected', { rejected, trials: trials.length })}`;
  const accepted = trials.filter((trial) => trial.rejected === null);
  const [best] =
    goal === 'fastest'
      ? accepted.filter((trial) => isConfirmed(trial) && trial.ratio !== null && trial.ratio.high < 1)
      : accepted.toSorted(order(goal));
  if (best !== undefined) {
    const found = say(goal === 'fastest' ? 'fastestFound' : 'mostAccurateFound', {
      ...{ trial: best.name, figures: figuresOf(best) },
    });
    return { best: trials.indexOf(best), reason: `${found}${leftOut}` };
  }
  const why = goal === 'fastest' ? say('noneFaster') : say('noneInBudget');
  return { best: null, reason: `${why}${leftOut}` };
}

function figuresOf({ ratio, drop, snrDb }: SearchTrial): string {
  return [
    ...(ratio === null
      ? []
      : [
          say('latencyTimes', {
            ratio: ratio.value.toFixed(3),
            low: ratio.low.toFixed(3),
            high: ratio.high.toFixed(3),
          }),
        ]),
    ...(drop === null ? [] : [say('pointsLost', { points: drop.toFixed(2) })]),
    ...(snrDb === null ? [] : [`SNR ${snrDb.toFixed(1)} dB`]),
  ].join(', ');
}

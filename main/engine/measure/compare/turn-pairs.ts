/** What two cells that took turns differ by: turn against neighbouring turn, so that what slowed both cancels. */
import type { ComparedStatistic } from '../../../../shared/comparison.ts';
import { orderedFromSamples, quantile } from '../ordered-values.ts';

/** The figure of each turn of a run, and which block it took its turns in. */
export interface TurnValues {
  readonly block: string;
  /** Natural logarithms, in order. */
  readonly logs: Float64Array;
}

/** Fewer turns in common don't tell their own spread. */
export const fewestTurns = 12;
/** Of the differences, this share is left out at either end: turns between which the machine changed, whichever way. */
const trimmed = 0.25;

/** The median of each turn, or its mean for throughput; null for percentiles, of which a turn has too few samples. */
export function turnValues(
  samplesMs: Float64Array,
  turns: { readonly block: string; readonly counts: readonly number[] },
  statistic: ComparedStatistic,
): TurnValues | null {
  if (statistic !== 'p50' && statistic !== 'throughput') return null;
  const total = turns.counts.reduce((sum, count) => sum + count, 0);
  if (total !== samplesMs.length || turns.counts.length < fewestTurns) return null;
  let from = 0;
  const logs = Float64Array.from(turns.counts, (count) => {
    const samples = samplesMs.subarray(from, from + count);
    from += count;
    return Math.log(
      statistic === 'p50'
        ? quantile(orderedFromSamples(samples), 0.5)
        : samples.reduce((sum, sample) => sum + sample, 0) / count,
    );
  });
  return { block: turns.block, logs };
}

/**
 * Logarithm of the ratio of a candidate to a baseline and its standard error, from the differences of turns of one number:
 * their 25% trimmed mean, with the error from the Winsorized variance (Tukey & McLaughlin 1963). Null where they did not
 * take turns with each other, or too few.
 */
export function differenceByTurns(
  candidate: TurnValues | null,
  baseline: TurnValues | null,
): { readonly log: number; readonly standardError: number } | null {
  if (candidate === null || baseline?.block !== candidate.block) return null;
  const count = Math.min(candidate.logs.length, baseline.logs.length);
  if (count < fewestTurns) return null;
  const differences = Float64Array.from({ length: count }, (_, turn) => candidate.logs[turn]! - baseline.logs[turn]!);
  return trimmedMean(differences.sort());
}

/** Of ascending values. */
function trimmedMean(sorted: Float64Array): { readonly log: number; readonly standardError: number } {
  const count = sorted.length;
  const cut = Math.floor(trimmed * count);
  const kept = sorted.subarray(cut, count - cut);
  const log = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const [low, high] = [kept[0]!, kept.at(-1)!];
  const winsorized = sorted.map((value) => Math.min(high, Math.max(low, value)));
  const mean = winsorized.reduce((sum, value) => sum + value, 0) / count;
  const squares = winsorized.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const share = kept.length / count;
  return { log, standardError: Math.sqrt(squares / (count - 1) / count) / share };
}

import type { CellComparison, ComparisonTable } from '../../../shared/comparison.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import { comparedCells } from './cells.ts';

/** The engine compares as many pairs at once. */
const mostPairs = 2_000;

/** Every cell that was measured against the one of the reference. */
export function pairsWith(rows: readonly RunRow[], reference: RunRow): { candidate: number; baseline: number }[] {
  return comparedCells(rows)
    .filter(({ row }) => row.cellKey !== reference.cellKey || row.sweepId !== reference.sweepId)
    .slice(0, mostPairs)
    .map(({ row }) => ({ candidate: row.id, baseline: reference.id }));
}

export type VerdictTone = 'good' | 'bad' | 'faint';

export const toneOf = ({ outcome }: CellComparison): VerdictTone =>
  outcome.kind !== 'compared'
    ? 'faint'
    : outcome.verdict === 'faster'
      ? 'good'
      : outcome.verdict === 'slower'
        ? 'bad'
        : 'faint';

/** The verdict in words. */
export function verdictText({ outcome }: CellComparison, text: Text['compare'], format: Format): string {
  if (outcome.kind === 'not comparable')
    return text.notComparable(format.list(outcome.obstacles.map(({ field }) => text.obstacle(field))));
  if (outcome.verdict === 'faster') return text.faster;
  return outcome.verdict === 'slower' ? text.slower : text.noDifference(format.percent(outcome.detectable));
}

/** `−12.0%`, of what the candidate takes more than the baseline. */
export const changeText = (ratio: number, format: Format): string =>
  `${ratio < 1 ? '−' : '+'}${format.percent(Math.abs(ratio - 1))}`;

/** Places ratios on one axis, as shares of its width. */
export type PlaceRatio = (ratio: number) => number;

/** The axis holds every interval and twice the widest noise, with 1 in it; logarithmic, so that half and double lie alike. */
export function ratioAxis({ comparisons }: ComparisonTable): PlaceRatio {
  const logs = comparisons.flatMap(({ outcome }) =>
    outcome.kind === 'compared'
      ? [outcome.ratio.low, outcome.ratio.high, 1 + 2 * outcome.noiseFloor, 1 / (1 + 2 * outcome.noiseFloor)].map(
          Math.log,
        )
      : [],
  );
  const [low, high] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  const span = high - low || 1;
  return (ratio) => 0.03 + 0.94 * ((Math.log(ratio) - low) / span);
}

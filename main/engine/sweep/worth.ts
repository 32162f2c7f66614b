/** Which cells tell most, for a night that is too short for all. */
import type { Cell } from '../../../shared/sweep.ts';
import type { CellDuration } from '../store/durations.ts';

/**
 * The tier of a cell; lower ones run first. Originals that were never measured come before all, since variants are judged
 * against them; then what was never measured; then the rest, a tier later for each doubling of the runs that there are, as
 * an interval narrows with the square root of their number.
 */
export function worthTier({ variant }: Cell, { sameCell }: CellDuration): number {
  if (sameCell === null) return variant === 'original' ? 0 : 1;
  return 2 + Math.floor(Math.log2(sameCell.runs));
}

/** Which units go, for a share to be reached. */
import type { ChannelGroup, Unit } from './channel-groups.ts';

export interface SelectionRules {
  /** Rank all groups together instead of taking the same share of each. */
  readonly global: boolean;
  /** No group loses more than this share. */
  readonly maxShare: number;
  readonly minChannels: number;
  /** What stays in a group is a multiple of it, where the group has as many. */
  readonly roundTo: number;
}

/**
 * The units that go when a share (0–1) of all of them is to go, the least important first. A larger share's selection
 * holds a smaller one's, so that a target can be searched for by bisection. No axis is emptied (the halves of a Split
 * are of one group).
 */
export function selectUnits(
  groups: readonly ChannelGroup[],
  importance: readonly (readonly number[])[],
  share: number,
  rules: SelectionRules,
): Unit[] {
  const threshold = rules.global ? shareThreshold(importance.flat(), share) : 0;
  return groups.flatMap(({ units }, place) => {
    const scores = importance[place]!;
    const wanted = rules.global
      ? scores.filter((score) => score < threshold).length
      : Math.floor(share * units.length + 1e-9);
    const removable = leastImportant(units, scores);
    const count = Math.min(allowed(units.length, wanted, rules), removable.length);
    return removable.slice(0, countOfRounded(units.length, count, rules)).map((index) => units[index]!);
  });
}

/** The units of a group that may go, the least important first: all but the most important one of each axis. */
export function leastImportant(units: readonly Unit[], scores: readonly number[]): number[] {
  const best = new Map<number, number>();
  units.forEach((unit, index) => {
    for (const [axis] of unit) {
      const other = best.get(axis);
      if (other === undefined || scores[index]! > scores[other]!) best.set(axis, index);
    }
  });
  const kept = new Set(best.values());
  return units
    .map((_, index) => index)
    .filter((index) => !kept.has(index))
    .sort((a, b) => scores[a]! - scores[b]! || a - b);
}

function allowed(count: number, wanted: number, { maxShare, minChannels }: SelectionRules): number {
  const most = Math.max(0, Math.min(Math.floor(maxShare * count), count - Math.max(1, minChannels)));
  return Math.min(wanted, most);
}

/** As many fewer as it takes for the rest to be a multiple. */
function countOfRounded(count: number, gone: number, { roundTo }: SelectionRules): number {
  if (roundTo <= 1 || count < roundTo) return gone;
  return Math.max(0, count - Math.ceil((count - gone) / roundTo) * roundTo);
}

function shareThreshold(scores: readonly number[], share: number): number {
  const sorted = scores.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length, Math.floor(share * sorted.length + 1e-9))] ?? Infinity;
}

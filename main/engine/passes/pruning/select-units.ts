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
 * holds a smaller one's, so that a target can be searched for by bisection.
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
    const order = units.map((_, index) => index).sort((a, b) => scores[a]! - scores[b]! || a - b);
    const wanted = rules.global
      ? order.filter((index) => scores[index]! < threshold).length
      : Math.floor(share * units.length + 1e-9);
    return order.slice(0, allowed(units.length, wanted, rules)).map((index) => units[index]!);
  });
}

function allowed(count: number, wanted: number, { maxShare, minChannels, roundTo }: SelectionRules): number {
  const most = Math.max(0, Math.min(Math.floor(maxShare * count), count - Math.max(1, minChannels)));
  const kept = count - Math.min(wanted, most);
  if (roundTo <= 1 || count < roundTo) return count - kept;
  return Math.max(0, count - Math.min(count, Math.ceil(kept / roundTo) * roundTo));
}

function shareThreshold(scores: readonly number[], share: number): number {
  const sorted = scores.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length, Math.floor(share * sorted.length + 1e-9))] ?? Infinity;
}

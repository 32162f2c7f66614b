import type { SensitiveGroup } from '../../../shared/search.ts';

/** Power of the noise that a group alone adds, relative to the signal. */
const noiseOf = ({ snrDb }: SensitiveGroup): number => (snrDb === null ? Infinity : 10 ** (-snrDb / 10));

/**
 * Names of the groups, least drift for the gain first: noise power over multiply-accumulates, as the arithmetic of a group is
 * what quantizing it can save at most. What is gained in the end is measured.
 */
export const rankGroups = (groups: readonly SensitiveGroup[]): readonly string[] =>
  groups
    .map((group) => ({ name: group.name, cost: noiseOf(group) / Math.max(1, group.macs) }))
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ name }) => name);

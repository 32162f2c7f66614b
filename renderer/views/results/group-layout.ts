/** Rows of groups laid out as one list: a heading, then the group's rows where it is open. */

export interface GroupSize {
  /** Rows of the group. */
  readonly count: number;
  readonly open: boolean;
}

/** What stands at a place of the list: a group's heading, or one of its rows (from 0). */
export type Place =
  | { readonly kind: 'heading'; readonly group: number }
  | { readonly kind: 'row'; readonly group: number; readonly row: number };

export interface GroupLayout {
  readonly length: number;
  readonly at: (index: number) => Place;
}

/** The list of all groups; without headings for the single group of an ungrouped table. */
export function layoutGroups(groups: readonly GroupSize[], headings: boolean): GroupLayout {
  const heading = headings ? 1 : 0;
  const starts: number[] = [];
  let length = 0;
  for (const { count, open } of groups) {
    starts.push(length);
    length += heading + (open ? count : 0);
  }
  return {
    length,
    at: (index) => {
      const group = lastAtMost(starts, index);
      const offset = index - starts[group]!;
      return offset < heading ? { kind: 'heading', group } : { kind: 'row', group, row: offset - heading };
    },
  };
}

/** The last place whose start is at most `index`, by halving. */
function lastAtMost(starts: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

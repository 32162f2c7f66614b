/** Which of the compared cells suits a budget best. */
import type { ComparedCell } from './cells.ts';

/** What the best must keep to; null where a figure doesn't matter. */
export interface Budget {
  readonly maxLatencyMs: number | null;
  readonly maxSizeBytes: number | null;
  /** Points of accuracy below that of the most accurate original. */
  readonly maxDrop: number | null;
  readonly minSnrDb: number | null;
}

export const noBudget: Budget = { maxLatencyMs: null, maxSizeBytes: null, maxDrop: null, minSnrDb: null };

export interface Recommendation {
  /** Null where nothing keeps to the budget. */
  readonly best: ComparedCell | null;
  /** `most accurate` where latency or size is budgeted, else `fastest`. */
  readonly goal: 'fastest' | 'most accurate';
  /** Cells that their sweep rejected, left out. */
  readonly rejected: number;
  /** Of the others, those outside the budget, or without a figure that it names. */
  readonly outside: number;
}

/** Among cells of equal accuracy the one with less drift wins, then the faster; an original has no drift. */
export function recommend(cells: readonly ComparedCell[], budget: Budget): Recommendation {
  const allowed = cells.filter(({ rejected }) => !rejected);
  const originals = cells.filter(({ row }) => row.variant === 'original');
  const reference = Math.max(...originals.map(({ accuracy }) => accuracy ?? -Infinity));
  const within = allowed.filter((cell) => keeps(cell, budget, reference));
  const goal = budget.maxLatencyMs === null && budget.maxSizeBytes === null ? 'fastest' : 'most accurate';
  const [best = null] = within.toSorted((a, b) =>
    goal === 'fastest'
      ? a.latencyMs - b.latencyMs
      : descending(a.accuracy ?? -1, b.accuracy ?? -1) || descending(snrOf(a), snrOf(b)) || a.latencyMs - b.latencyMs,
  );
  return { best, goal, rejected: cells.length - allowed.length, outside: allowed.length - within.length };
}

const descending = (a: number, b: number): number => (a === b ? 0 : b - a);

const snrOf = ({ row, snrDb }: ComparedCell): number => (row.variant === 'original' ? Infinity : (snrDb ?? -Infinity));

/** False where there is no original to lose against, or no accuracy. */
const losesAtMost = ({ accuracy }: ComparedCell, points: number, reference: number): boolean =>
  accuracy !== null && reference > -Infinity && reference - accuracy <= points + 1e-9;

/** What is not known is not shown to keep to the budget. */
function keeps(cell: ComparedCell, budget: Budget, reference: number): boolean {
  const { maxLatencyMs, maxSizeBytes, maxDrop, minSnrDb } = budget;
  if (maxLatencyMs !== null && cell.latencyMs > maxLatencyMs) return false;
  if (maxSizeBytes !== null && (cell.sizeBytes ?? Infinity) > maxSizeBytes) return false;
  if (maxDrop !== null && !losesAtMost(cell, maxDrop, reference)) return false;
  return minSnrDb === null || snrOf(cell) >= minSnrDb;
}

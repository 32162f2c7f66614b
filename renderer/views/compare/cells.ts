import type { RunRow } from '../../../shared/sweep.ts';
import { median } from './scaling.ts';

/** The runs of one cell of one sweep, all rounds together. */
export interface ComparedCell {
  /** One of its runs, for what all of them share. */
  readonly row: RunRow;
  readonly runs: number;
  /** Median over the runs of their medians, ms. */
  readonly latencyMs: number;
  /** %, or null where it wasn't measured. */
  readonly accuracy: number | null;
  readonly snrDb: number | null;
  /** Null where the model's size isn't known. */
  readonly sizeBytes: number | null;
  /** Whether its sweep rejected one of its runs; such a cell is shown, and never the best. */
  readonly rejected: boolean;
}

/** The cells of the rows that were measured, in the order of their first run. */
export function comparedCells(rows: readonly RunRow[]): readonly ComparedCell[] {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== null);
  const byCell = Map.groupBy(measured, ({ sweepId, cellKey }) => `${sweepId} ${cellKey}`);
  return [...byCell.values()].map((all) => {
    // A control measures its cell once more: it tells of the noise, and counts as the cell only where nothing else does.
    const own = all.filter(({ role }) => role === 'cell');
    const runs = own.length > 0 ? own : all;
    const row = runs[0]!;
    return {
      row,
      runs: runs.length,
      latencyMs: median(runs.flatMap(({ p50Ms }) => p50Ms ?? []))!,
      accuracy: median(runs.flatMap(({ accuracy }) => accuracy ?? [])),
      snrDb: median(runs.flatMap(({ snrDb }) => snrDb ?? [])),
      sizeBytes: row.sizeBytes === 0 ? null : row.sizeBytes,
      rejected: runs.some(({ status }) => status === 'rejected'),
    };
  });
}

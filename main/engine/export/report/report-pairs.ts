/** Which cells of a table are compared with which. */
import type { RunRow } from '../../../../shared/sweep.ts';

const mostPairs = 500;

/** A run that counts as one of its cell: with figures, and no control. */
export const isMeasured = (row: RunRow): boolean => row.p50Ms !== null && row.role === 'cell';
export const cellOf = (row: RunRow): string => `${row.sweepId} ${row.cellKey}`;

/** One pair a cell: against the chosen baseline, or against the original of the same model under the same settings. */
export function pairsWithOriginals(
  rows: readonly RunRow[],
  baselineRunId?: number,
): readonly { readonly candidate: number; readonly baseline: number }[] {
  const firsts = [...Map.groupBy(rows.filter(isMeasured), cellOf).values()].map(([first]) => first!);
  const settings = (row: RunRow): string =>
    JSON.stringify([
      row.sweepId,
      row.model,
      row.provider,
      row.batchSize,
      row.threads,
      row.graphOptimization,
      row.scenario,
      row.dataset,
    ]);
  const originals = new Map(firsts.filter(({ variant }) => variant === 'original').map((row) => [settings(row), row]));
  const baselineCell = rows.find(({ id }) => id === baselineRunId);
  return firsts
    .flatMap((row) => {
      const baseline = baselineRunId ?? originals.get(settings(row))?.id;
      const itself = baselineCell === undefined ? baseline === row.id : cellOf(baselineCell) === cellOf(row);
      return baseline === undefined || itself ? [] : [{ candidate: row.id, baseline }];
    })
    .slice(0, mostPairs);
}

import type { Measurement } from '../../../shared/measurement.ts';
import type { ExportColumn, ExportedRun } from './run-columns.ts';

/** Objects with the CSV's names and null for blanks, separated by commas, each with its whole measurement under `measurement`. */
export function jsonRecords(
  columns: readonly ExportColumn[],
  runs: readonly ExportedRun[],
  measurementOf: (runId: number) => Measurement | null,
): string {
  return runs
    .map((run) => {
      const fields = Object.fromEntries(columns.map(({ name, value }) => [name, value(run)]));
      return JSON.stringify({ ...fields, measurement: measurementOf(run.row.id) });
    })
    .join(',\n');
}

import type { ExportColumn, ExportedRun } from './run-columns.ts';

/**
 * Objects with the CSV's names and null for blanks, separated by commas, each with its whole measurement under
 * `measurement`: `measurementOf` gives it as the JSON it is stored as, so that nothing is parsed to be written again.
 */
export function jsonRecords(
  columns: readonly ExportColumn[],
  runs: readonly ExportedRun[],
  measurementOf: (runId: number) => string | null,
): string {
  return runs
    .map((run) => {
      const fields = columns.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value(run))}`);
      return `{${[...fields, `"measurement":${measurementOf(run.row.id) ?? 'null'}`].join(',')}}`;
    })
    .join(',\n');
}

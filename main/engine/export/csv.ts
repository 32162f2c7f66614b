import { stringify } from 'csv-stringify/sync';
import type { ExportColumn, ExportedRun, ExportedValue } from './run-columns.ts';

const separators = {
  record_delimiter: 'windows',
  cast: { boolean: (value: boolean) => (value ? 'yes' : 'no') },
} as const;

/** The line of column names; RFC 4180. */
export const csvHeader = (columns: readonly ExportColumn[]): string =>
  stringify([columns.map(({ name }) => name)], separators);

/** A line a run; RFC 4180, decimal point, blank for what is not valid. */
export function csvRecords(columns: readonly ExportColumn[], runs: readonly ExportedRun[]): string {
  return stringify(
    runs.map((run) => columns.map(({ value }) => guardFormula(value(run)))),
    separators,
  );
}

/** Text that a spreadsheet would take for a formula gets a quote before it; numbers stay numbers. */
const guardFormula = (value: ExportedValue): ExportedValue =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;

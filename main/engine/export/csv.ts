import type { ExportColumn, ExportedRun, ExportedValue } from './run-columns.ts';

/** The line of column names; RFC 4180. */
export const csvHeader = (columns: readonly ExportColumn[]): string =>
  `${columns.map(({ name }) => quoteIfNeeded(name)).join(',')}\r\n`;

/** A line a run; RFC 4180, decimal point, blank for what is not valid. */
export function csvRecords(columns: readonly ExportColumn[], runs: readonly ExportedRun[]): string {
  let text = '';
  for (const run of runs) text += `${columns.map(({ value }) => field(value(run))).join(',')}\r\n`;
  return text;
}

function field(value: ExportedValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return quoteIfNeeded(guardFormula(value));
  if (typeof value === 'number') return String(value);
  return value ? 'yes' : 'no';
}

/** Text that a spreadsheet would take for a formula gets a quote before it; numbers stay numbers. */
const guardFormula = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const quoteIfNeeded = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

import type { RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';

/** What tells runs apart, the most telling first. */
const tellingFields = [
  'model',
  'variant',
  'role',
  'provider',
  'batchSize',
  'threads',
  'graphOptimization',
  'scenario',
  'dataset',
  'device',
  'sweepName',
  'round',
] as const;
type TellingField = (typeof tellingFields)[number];

/** Names that say only what differs between the rows; alike names get the run's number. In the order of the rows. */
export function runNames(rows: readonly RunRow[], text: Text['compare']): readonly string[] {
  const differing = differingFields(rows, tellingFields);
  const fields: readonly TellingField[] = differing.some((field) => field !== 'role')
    ? differing
    : ['model', 'variant', ...differing];
  const names = rows.map((row) =>
    fields
      .map((field) => fieldText(row, field, text))
      .filter((part) => part !== '')
      .join(' · '),
  );
  return names.map((name, index) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} · ${text.run(String(rows[index]!.id))}`,
  );
}

/** The fields that not all of the rows agree in. */
export const differingFields = <Field extends keyof RunRow>(
  rows: readonly RunRow[],
  fields: readonly Field[],
): readonly Field[] => fields.filter((field) => rows.some((row) => row[field] !== rows[0]?.[field]));

/** A field as a part of a name; empty where it says nothing. */
export function fieldText(row: RunRow, field: TellingField, text: Text['compare']): string {
  switch (field) {
    case 'batchSize':
      return text.batch(String(row.batchSize));
    case 'threads':
      return text.threads(String(row.threads));
    case 'role':
      return row.role === 'control' ? text.control : '';
    case 'round':
      return text.round(String(row.round));
    default:
      return row[field] ?? '–';
  }
}

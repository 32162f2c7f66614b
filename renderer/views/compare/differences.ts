import type { Environment } from '../../../shared/hardware.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import type { Cell, RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import { environmentFacts } from '../devices/environment-facts.ts';
import { cellText } from '../results/run-cell.ts';
import type { ColumnId } from '../results/run-columns.ts';

/** A fact of each run side by side; the first run is the reference. */
export interface DifferenceRow {
  readonly name: string;
  /** One a run; null where it isn't there (yet). */
  readonly values: readonly (string | null)[];
  /** Longer forms of the values: intervals, reasons of blanks. */
  readonly titles: readonly string[];
  /** Value over the reference's, for figures. */
  readonly ratios: readonly (number | null)[];
  /** Which figures are better than others, or null where neither is. */
  readonly better: 'less' | 'more' | null;
  readonly differs: boolean;
}
export type SectionKind = 'cell' | 'figures' | 'environment';
export interface DifferenceSection {
  readonly kind: SectionKind;
  readonly rows: readonly DifferenceRow[];
}

const cellColumns: readonly ColumnId[] = [
  ...(['model', 'variant', 'precision', 'modelSha256', 'provider', 'device', 'batchSize', 'threads'] as const),
  ...(['graphOptimization', 'scenario', 'dataset', 'sweepName', 'round', 'startedAt', 'status', 'noisy'] as const),
];

/** Figures with what is better; their numbers, for ratios. */
const figureColumns = {
  p50Ms: 'less',
  meanMs: 'less',
  p90Ms: 'less',
  p95Ms: 'less',
  p99Ms: 'less',
  p999Ms: 'less',
  minMs: 'less',
  maxMs: 'less',
  coefficientOfVariation: 'less',
  throughputPerSecond: 'more',
  sessionCreationMs: 'less',
  coldInferenceMs: 'less',
  harnessOverheadMs: null,
  peakRssBytes: 'less',
  sizeBytes: 'less',
  accuracy: 'more',
  snrDb: null,
  nodesOnProvider: null,
  samples: null,
} as const satisfies Partial<Record<ColumnId & keyof RunRow, DifferenceRow['better']>>;
type FigureColumn = keyof typeof figureColumns;

/** What stands beside a run's row: undefined while it is not there. */
export interface RunBeside {
  readonly environment: Environment | undefined;
  /** Of the file that was run; null where the library no longer has it. */
  readonly fileSha256: string | null | undefined;
}

/** The SHA-256 of the file that a cell ran: the model's own, or the variant's among the library's models. */
export const fileSha256Of = ({ modelSha256, recipeHash }: Cell, models: readonly ModelSummary[]): string | null =>
  recipeHash === null
    ? modelSha256
    : (models.find(({ lineage }) => lineage?.parentSha256 === modelSha256 && lineage.recipeHash === recipeHash)
        ?.sha256 ?? null);

/** Everything that a table of differences shows of the runs. */
export function differenceSections(
  rows: readonly RunRow[],
  beside: readonly RunBeside[],
  text: Text,
  format: Format,
): readonly DifferenceSection[] {
  const environments = beside.map(({ environment }) => environment);
  const shas = fileRow(beside, text);
  const cell = cellColumns.flatMap((column) => [
    cellRow(rows, column, text, format),
    ...(column === 'modelSha256' ? [shas] : []),
  ]);
  const figures = Object.keys(figureColumns).map((column) => figureRow(rows, column as FigureColumn, text, format));
  return [
    { kind: 'cell', rows: cell.filter(hasValues) },
    { kind: 'figures', rows: figures.filter(hasValues) },
    { kind: 'environment', rows: environmentRows(environments, text, format) },
  ];
}

/** Names of the environment's fields in which the runs differ: what makes them hard to compare. */
export const differingEnvironment = (sections: readonly DifferenceSection[]): readonly string[] =>
  sections
    .flatMap(({ kind, rows }) => (kind === 'environment' ? rows : []))
    .flatMap((row) => (row.differs ? [row.name] : []));

const hasValues = ({ values }: DifferenceRow): boolean =>
  values.some((value) => value !== null && value !== '' && value !== '–');

const allAlike = (values: readonly unknown[]): boolean => values.every((value) => value === values[0]);

function cellRow(rows: readonly RunRow[], column: ColumnId, text: Text, format: Format): DifferenceRow {
  const cells = rows.map((row) => cellText(row, column, text, format));
  return {
    name: text.results.columns[column],
    values: cells.map((cell) => cell.text),
    titles: cells.map((cell) => cell.title),
    ratios: rows.map(() => null),
    better: null,
    differs: !allAlike(cells.map((cell) => cell.text)),
  };
}

/** Of what name each run's file has by its content: variants of one name may differ. */
function fileRow(beside: readonly RunBeside[], text: Text): DifferenceRow {
  const shas = beside.map(({ fileSha256 }) => fileSha256);
  return {
    name: text.compare.fileSha256,
    values: shas.map((sha256) => (sha256 === undefined ? null : (sha256?.slice(0, 12) ?? '–'))),
    titles: shas.map((sha256) => (sha256 === null ? text.compare.fileGone : (sha256 ?? ''))),
    ratios: shas.map(() => null),
    better: null,
    differs: !allAlike(shas.filter((sha256) => sha256 !== undefined)),
  };
}

function figureRow(rows: readonly RunRow[], column: FigureColumn, text: Text, format: Format): DifferenceRow {
  const reference = rows[0]?.[column] ?? null;
  return {
    ...cellRow(rows, column, text, format),
    ratios: rows.map((row) => ratioOf(row[column], reference)),
    better: figureColumns[column],
    differs: !allAlike(rows.map((row) => row[column])),
  };
}

const ratioOf = (value: number | null, reference: number | null): number | null =>
  value === null || reference === null || reference === 0 ? null : value / reference;

function environmentRows(
  environments: readonly (Environment | undefined)[],
  text: Text,
  format: Format,
): readonly DifferenceRow[] {
  const facts = environments.map((environment) => {
    if (environment === undefined) return null;
    const machine = { name: text.compare.machine, value: environment.machineId };
    return new Map([...environmentFacts(environment, text, format), machine].map(({ name, value }) => [name, value]));
  });
  const names = new Set(facts.flatMap((known) => [...(known?.keys() ?? [])]));
  return [...names].map((name) => {
    const values = facts.map((known) => (known === null ? null : (known.get(name) ?? '–')));
    const known = values.filter((value) => value !== null);
    return {
      ...{ name, values, better: null, differs: !allAlike(known) },
      titles: values.map((value) => value ?? ''),
      ratios: values.map(() => null),
    };
  });
}

import { z } from 'zod';
import { isColumn, usualColumns } from './run-columns.ts';
import type { ColumnId } from './run-columns.ts';

/** A column to sort by. */
export interface SortTerm {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** What the table asks for and shows; the part of it that an address or a saved view holds. */
export interface ResultsQuery {
  readonly where: string;
  readonly sort: readonly SortTerm[];
  /** A facet's name, or null. */
  readonly group: string | null;
}
export interface SavedView extends ResultsQuery {
  readonly name: string;
  readonly columns: readonly ColumnId[];
}

/** What the page remembers from one time to the next. */
export interface ResultsMemory {
  readonly views: readonly SavedView[];
  readonly columns: readonly ColumnId[];
  /** Widths that a person chose, px. */
  readonly widths: Readonly<Record<string, number>>;
  readonly baselineRunId: number | null;
  /** Whether the facets are shown; null: where there is room for them. */
  readonly facets: boolean | null;
}

/** Facets that runs can be grouped by, with the column that the engine sorts them by. Tags can't: a run may have several. */
export const groupings = {
  model: 'model',
  variant: 'variant',
  precision: 'precision',
  provider: 'provider',
  device: 'device',
  batch: 'batchSize',
  threads: 'threads',
  optimization: 'graphOptimization',
  scenario: 'scenario',
  dataset: 'dataset',
  status: 'status',
  noisy: 'noisy',
  sweep: 'sweepName',
} as const satisfies Record<string, ColumnId>;
export type Grouping = keyof typeof groupings;

/** Whether a text names a facet that runs can be grouped by. */
export const isGrouping = (name: string | null): name is Grouping => name !== null && Object.hasOwn(groupings, name);

const mostSortTerms = 4;
/** Newest first. */
const usualSort: readonly SortTerm[] = [{ column: 'startedAt', descending: true }];

const column = z.custom<ColumnId>(isColumn);
const columns = z.array(column).min(1);
const view = z.object({
  name: z.string().min(1).max(100),
  where: z.string().max(10_000),
  sort: z.array(z.object({ column, descending: z.boolean() })).max(mostSortTerms),
  group: z.string().nullable(),
  columns,
});
const memory = z.object({
  views: z.array(view).catch([]),
  columns: columns.catch([...usualColumns]),
  widths: z.record(z.string(), z.number().min(40).max(2_000)).catch({}),
  baselineRunId: z.int().min(1).nullable().catch(null),
  facets: z.boolean().nullable().catch(null),
});

/** What was remembered, as far as it can be read; else what is usual. */
export const readMemory = (remembered: unknown): ResultsMemory =>
  memory.parse(typeof remembered === 'object' && remembered !== null ? remembered : {});

/** Reads the query part of an address: `?where=…&sort=-p50Ms,model&group=model`; `sweep=3` asks for a sweep's runs. */
export function readQuery(query: URLSearchParams): ResultsQuery {
  const sweep = query.get('sweep');
  const where = query.get('where') ?? (sweep !== null && /^\d+$/.test(sweep) ? `sweep-id:${sweep}` : '');
  const sort = (query.get('sort') ?? '').split(',').flatMap((written): SortTerm[] => {
    const id = written.replace(/^-/, '');
    return isColumn(id) ? [{ column: id, descending: written.startsWith('-') }] : [];
  });
  const group = query.get('group');
  return {
    where,
    sort: sort.length === 0 ? usualSort : sort.slice(0, mostSortTerms),
    group: isGrouping(group) ? group : null,
  };
}

/** The query part of an address for what the table shows. */
export function writeQuery({ where, sort, group }: ResultsQuery): Record<string, string> {
  const written = sort.map((term) => (term.descending ? '-' : '') + term.column).join(',');
  const isUsual = written === '-startedAt';
  return {
    ...(where.trim() === '' ? {} : { where }),
    ...(isUsual ? {} : { sort: written }),
    ...(group === null ? {} : { group }),
  };
}

/** The sort after a press on a column's heading: up, down, then the usual; with `added`, beside the others. */
export function nextSort(sort: readonly SortTerm[], pressed: ColumnId, added: boolean): readonly SortTerm[] {
  const known = sort.find((term) => term.column === pressed);
  const others = added ? sort.filter((term) => term.column !== pressed) : [];
  const isUsual = known !== undefined && sort.length === 1 && sameSort(sort, usualSort);
  if (known?.descending === true && !isUsual) return others.length === 0 ? usualSort : others;
  const term = { column: pressed, descending: known !== undefined && !known.descending };
  const kept = known !== undefined && added ? sort.map((other) => (other === known ? term : other)) : [...others, term];
  return kept.slice(0, mostSortTerms);
}

const sameSort = (a: readonly SortTerm[], b: readonly SortTerm[]): boolean => JSON.stringify(a) === JSON.stringify(b);

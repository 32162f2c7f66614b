import type { Results } from '../../state/results.svelte.ts';
import { narrowed, writeValue } from './filter-terms.ts';
import type { Grouping } from './results-memory.ts';
import { RowPages } from './row-pages.svelte.ts';
import type { FetchRows } from './row-pages.svelte.ts';

interface RowGroupOptions {
  readonly key: string;
  readonly label: string;
  /** Rows, as far as is known before the first page is there. */
  readonly count: number;
  readonly open: boolean;
  readonly fetch: FetchRows;
}

/** Rows under one heading, fetched once it is open. */
export class RowGroup {
  readonly key: string;
  readonly label: string;
  readonly pages: RowPages;
  open = $state(false);
  readonly count: number = $derived.by(() => this.pages.total ?? this.#foretold);
  readonly #foretold: number;

  constructor({ key, label, count, open, fetch }: RowGroupOptions) {
    this.key = key;
    this.label = label;
    this.#foretold = count;
    this.open = open;
    this.pages = new RowPages(fetch);
  }

  /** Fetches the first page; throws where the query is refused. */
  readonly load = (): Promise<void> => this.pages.open();

  readonly refresh = (): Promise<void> => (this.open ? this.pages.refresh() : Promise.resolve());
  readonly close = (): void => this.pages.close();
}

interface GroupRequest {
  readonly results: Results;
  readonly where: string;
  readonly group: Grouping;
  readonly fetch: (where: string) => FetchRows;
  /** Keys of the groups that stay open. */
  readonly openBefore: ReadonlySet<string>;
}

/** The groups of a query by a facet's values, in the order in which the engine sorts them, blanks last. */
export async function groupRuns({ results, where, group, fetch, openBefore }: GroupRequest) {
  const [facets, { total }] = await Promise.all([results.facets(where), results.query({ where, limit: 1 })]);
  const values = facets.find(({ column }) => column === group)?.values ?? [];
  const make = (value: string | null, count: number): RowGroup => {
    const filter = narrowed(where, value === null ? `${group}:none` : `${group}:${writeValue(value)}`);
    const key = value === null ? `${group}:` : `${group}:${value}`;
    return new RowGroup({ key, label: value ?? '', count, open: openBefore.has(key), fetch: fetch(filter) });
  };
  const groups = values.toSorted((a, b) => inOrder(a.value, b.value)).map(({ value, count }) => make(value, count));
  const left = total - values.reduce((sum, { count }) => sum + count, 0);
  if (left <= 0) return { groups, ungrouped: 0 };
  const blank = (await results.query({ where: narrowed(where, `${group}:none`), limit: 1 })).total;
  return { groups: blank === 0 ? groups : [...groups, make(null, blank)], ungrouped: left - blank };
}

/** Numbers by size, text by letters whatever their case. */
function inOrder(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (!Number.isNaN(difference)) return difference;
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}

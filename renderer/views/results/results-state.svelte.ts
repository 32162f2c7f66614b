import { toFailure } from '../../../shared/errors.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/contract.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import type { Results } from '../../state/results.svelte.ts';
import type { SettingsState } from '../../state/settings.svelte.ts';
import { hasColumns } from './export-formats.ts';
import type { ExportFormat } from './export-formats.ts';
import { facetValues, withoutFacet } from './filter-terms.ts';
import { exportedFields } from './run-columns.ts';
import { RowGroup, groupRuns } from './row-groups.svelte.ts';
import { groupings, isGrouping, readMemory } from './results-memory.ts';
import type { ResultsMemory, ResultsQuery, SortTerm } from './results-memory.ts';

const memoryName = 'results';
/** What a person can choose at once, and an address of the Compare page still holds. */
export const mostChosen = 500;

/** Where the page remembers from one time to the next. */
type PageMemory = Pick<SettingsState, 'remembered' | 'remember'>;
type Facets = OutputOf<'results.facets'>;

/** What the Results page shows: the query, its rows in groups, its facets. */
export class ResultsState {
  query = $state.raw<ResultsQuery>({ where: '', sort: [], group: null });
  /** Of the last query that was answered; empty before. */
  groups = $state.raw<readonly RowGroup[]>([]);
  facets = $state.raw<Facets>([]);
  /** Why the query has no answer. */
  failure = $state.raw<Failure | null>(null);
  loading = $state(true);
  /** Runs in no group, since only the most frequent values have one. */
  ungrouped = $state(0);
  readonly memory: ResultsMemory = $derived.by(() => readMemory(this.#settings.remembered(memoryName)));
  readonly total: number = $derived(this.groups.reduce((sum, group) => sum + group.count, this.ungrouped));
  readonly #results: Results;
  readonly #settings: PageMemory;
  #turn = 0;

  constructor(results: Results, settings: PageMemory) {
    this.#results = results;
    this.#settings = settings;
  }

  /** Asks anew; what is known stays on show until the answer is there, or for good where the query is wrong. */
  readonly show = async (query: ResultsQuery): Promise<void> => {
    this.#turn += 1;
    const turn = this.#turn;
    this.query = query;
    this.loading = true;
    const openBefore = new Set(this.groups.filter(({ open }) => open).map(({ key }) => key));
    try {
      const { groups, ungrouped } = await this.#group(query, openBefore);
      if (turn !== this.#turn) return groups.forEach((group) => group.close());
      this.groups.forEach((group) => group.close());
      this.groups = groups;
      this.ungrouped = ungrouped;
      this.failure = null;
      void this.#loadFacets(query.where, turn);
    } catch (error) {
      if (turn === this.#turn) this.failure = toFailure(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  };

  readonly reload = (): Promise<void> => this.show(this.query);

  /** Takes in what was stored or changed meanwhile, without moving what is in sight. */
  readonly refresh = async (): Promise<void> => {
    if (this.query.group !== null || this.failure !== null) return this.reload();
    const turn = this.#turn;
    await Promise.all(this.groups.map((group) => group.refresh()));
    await this.#loadFacets(this.query.where, turn);
  };

  /** The runs of the query in its order, at most `mostChosen` of them. */
  readonly firstRuns = async (): Promise<readonly RunRow[]> =>
    (await this.#results.query({ ...this.#asked(this.query.where), limit: mostChosen })).rows;

  /** Writes exactly the rows that are shown, in a table also exactly the columns; how many rows. */
  readonly exportTo = async (file: string, format: ExportFormat): Promise<number> => {
    const query = this.#asked(this.query.where);
    if (format === 'bundle') return (await this.#results.bundle({ query, file })).runs;
    const columns = hasColumns(format) ? exportedFields(this.memory.columns) : undefined;
    return (await this.#results.export({ query, format, file, columns })).rows;
  };

  readonly remember = (changes: Partial<ResultsMemory>): Promise<void> =>
    this.#settings.remember(memoryName, { ...this.memory, ...changes });

  readonly close = (): void => {
    this.#turn += 1;
    this.groups.forEach((group) => group.close());
  };

  #asked(where: string) {
    const { group, sort } = this.query;
    const first: readonly SortTerm[] = isGrouping(group) ? [{ column: groupings[group], descending: false }] : [];
    return { where, sort: [...first, ...sort], baselineRunId: this.memory.baselineRunId ?? undefined };
  }

  async #group({ where, group, sort }: ResultsQuery, openBefore: ReadonlySet<string>) {
    const baselineRunId = this.memory.baselineRunId ?? undefined;
    const fetch = (filter: string) => (offset: number, limit: number) =>
      this.#results.query({ where: filter, sort: [...sort], offset, limit, baselineRunId });
    if (isGrouping(group)) return groupRuns({ results: this.#results, where, group, fetch, openBefore });
    const all = new RowGroup({ key: '', label: '', count: 0, open: true, fetch: fetch(where) });
    await all.load();
    return { groups: [all], ungrouped: 0 };
  }

  /** Each facet counts its values among the runs that all other parts of the filter leave. */
  async #loadFacets(where: string, turn: number): Promise<void> {
    const facets = await this.#results.facets(where).catch(() => this.facets);
    const complete = await Promise.all(
      facets.map(async (facet) => {
        if (facetValues(where, facet.column).length === 0) return facet;
        const others = await this.#results.facets(withoutFacet(where, facet.column)).catch(() => []);
        return others.find(({ column }) => column === facet.column) ?? facet;
      }),
    );
    if (turn === this.#turn) this.facets = complete;
  }
}

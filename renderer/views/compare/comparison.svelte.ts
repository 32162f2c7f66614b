import { SvelteMap } from 'svelte/reactivity';
import { toFailure } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/contract.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { Resource } from '../../state/resource.svelte.ts';
import type { Loadable } from '../../state/resource.svelte.ts';
import type { Results } from '../../state/results.svelte.ts';

/** What the page's address asks to compare: runs, or all runs of sweeps. */
export interface Compared {
  readonly runIds: readonly number[];
  readonly sweepIds: readonly number[];
}

/** Runs that are shown side by side at once. */
export const mostPicked = 12;
const usuallyPicked = 8;
/** Order statistics of a run that a chart draws. */
const drawnSamples = 2_000;
/** The engine's largest page. */
const mostRows = 10_000;

/** Rows, at most `mostRows`, of how many there are. */
interface Found {
  readonly rows: readonly RunRow[];
  readonly total: number;
}

export type Samples = OutputOf<'results.samples'>;
export type Detail = OutputOf<'results.run'>;

const numbersOf = (written: string | null): readonly number[] => [
  ...new Set((written ?? '').split(',').flatMap((part) => (/^[1-9]\d{0,14}$/.test(part) ? [Number(part)] : []))),
];

/** Reads `?ids=3,5` or `?sweeps=1,2`. */
export const readCompared = (query: URLSearchParams): Compared => ({
  runIds: numbersOf(query.get('ids')),
  sweepIds: numbersOf(query.get('sweeps')),
});

/** What is compared, and of the picked runs what it takes to draw them. */
export class Comparison {
  readonly found: Resource<Found>;
  /** Ids; the first is the reference of the others. */
  picked = $state.raw<readonly number[]>([]);
  /** Of picked runs, by id. */
  readonly samples = new SvelteMap<number, Loadable<Samples>>();
  readonly details = new SvelteMap<number, Loadable<Detail>>();
  readonly pickedRows: readonly RunRow[] = $derived.by(() =>
    this.picked.flatMap((id) => this.found.value?.rows.find((row) => row.id === id) ?? []),
  );
  readonly #results: Results;

  constructor(results: Results, compared: Compared) {
    this.#results = results;
    this.found = new Resource(async () => {
      const found = await fetchRows(results, compared);
      this.pick(this.picked.length > 0 ? this.picked : firstPicks(found.rows));
      return found;
    });
  }

  /** Puts runs side by side, at most `mostPicked`, and fetches what is missing of them. */
  readonly pick = (ids: readonly number[]): void => {
    this.picked = ids.slice(0, mostPicked);
    for (const id of this.picked) {
      void fetchOnce(this.samples, id, () => this.#results.orderedSamples(id, drawnSamples));
      void fetchOnce(this.details, id, () => this.#results.run(id));
    }
  };
}

async function fetchOnce<Value>(
  known: SvelteMap<number, Loadable<Value>>,
  id: number,
  fetch: () => Promise<Value>,
): Promise<void> {
  const before = known.get(id);
  if (before !== undefined && before.kind !== 'failed') return;
  known.set(id, { kind: 'loading' });
  try {
    known.set(id, { kind: 'ready', value: await fetch() });
  } catch (error) {
    known.set(id, { kind: 'failed', failure: toFailure(error) });
  }
}

async function fetchRows(results: Results, { runIds, sweepIds }: Compared): Promise<Found> {
  const terms = [
    ...(runIds.length === 0 ? [] : [`run:${runIds.join(',')}`]),
    ...(sweepIds.length === 0 ? [] : [`sweep-id:${sweepIds.join(',')}`]),
  ];
  if (terms.length === 0) return { rows: [], total: 0 };
  const where = terms.join(' or ');
  const { rows, total } = await results.query({ where, sort: [{ column: 'id' }], limit: mostRows });
  // In the order in which they were chosen; runs of sweeps in the order in which they were measured, then what was not.
  const place = new Map(runIds.map((id, index) => [id, index]));
  const placeOf = ({ id, p50Ms }: RunRow): number => place.get(id) ?? runIds.length + Number(p50Ms === null);
  return { rows: rows.toSorted((a, b) => placeOf(a) - placeOf(b)), total };
}

/** One run of each of the first cells that were measured. */
function firstPicks(rows: readonly RunRow[]): readonly number[] {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== null);
  if (measured.length <= usuallyPicked) return measured.map(({ id }) => id);
  const byCell = Map.groupBy(measured, ({ sweepId, cellKey }) => `${sweepId} ${cellKey}`);
  const firsts = [...byCell.values()].map(([first]) => first!.id);
  return (firsts.length > 1 ? firsts : measured.map(({ id }) => id)).slice(0, usuallyPicked);
}

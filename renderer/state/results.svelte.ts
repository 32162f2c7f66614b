import { SvelteMap } from 'svelte/reactivity';
import type { Call, InputOf, OutputOf, RunQuery } from '../../shared/contract.ts';
import { keptRates } from '../../shared/kept-rates.ts';
import type { KeptRate } from '../../shared/kept-rates.ts';
import type { Run, RunRow } from '../../shared/sweep.ts';
import type { Client } from '../rpc/client.ts';

/** The engine's largest page. */
const mostRows = 10_000;

/** Stored runs, and those that a person has chosen among them. */
export class Results {
  /** By id; kept while one goes from page to page. */
  readonly chosen = new SvelteMap<number, RunRow>();
  /** The query part of the Results page's address as it was last, for the way back to it. */
  lastQuery = '';
  readonly #call: Call;
  readonly #client: Client;
  readonly #listeners = new Set<(runs: number) => void>();

  constructor(client: Client) {
    this.#call = client.call;
    this.#client = client;
  }

  readonly query = (query: RunQuery): Promise<OutputOf<'results.query'>> => this.#call('results.query', query);
  readonly facets = (where: string): Promise<OutputOf<'results.facets'>> => this.#call('results.facets', { where });
  readonly run = (id: number): Promise<OutputOf<'results.run'>> => this.#call('results.run', { id });
  readonly compare = (input: InputOf<'results.compare'>): Promise<OutputOf<'results.compare'>> =>
    this.#call('results.compare', input);
  readonly history = (): Promise<OutputOf<'results.history'>> => this.#call('results.history', {});
  readonly markChange = async (mark: InputOf<'results.markChange'>): Promise<void> => {
    await this.#call('results.markChange', mark);
  };
  readonly pinBaseline = async (runId: number, pinned: boolean): Promise<void> => {
    await this.#call('results.pinBaseline', { runId, pinned });
  };
  readonly export = (input: InputOf<'results.export'>): Promise<OutputOf<'results.export'>> =>
    this.#call('results.export', input);
  readonly bundle = (input: InputOf<'results.bundle'>): Promise<OutputOf<'results.bundle'>> =>
    this.#call('results.bundle', input);

  /** Takes in the runs of a bundle; those who listen to stored runs are told. */
  readonly import = async (file: string): Promise<OutputOf<'results.import'>> => {
    const imported = await this.#call('results.import', { file });
    if (imported.runs > 0) for (const listener of this.#listeners) listener(imported.runs);
    return imported;
  };

  /** At most `limit` order statistics of a run's latencies, ms, and how many samples there are in all. */
  readonly orderedSamples = (id: number, limit: number): Promise<OutputOf<'results.samples'>> =>
    this.#call('results.samples', { id, limit, sorted: true });

  /** How many queries per second a run's cell takes and keeps its bound, by all rates that its sweep offered it; null for other scenarios. */
  readonly keptRate = async ({ id, sweepId, cell, measurement }: Run): Promise<KeptRate | null> => {
    if (measurement?.server === undefined) return null;
    const { rows } = await this.query({ sweepId, limit: mostRows });
    const beside = rows.filter(
      (row) =>
        row.scenario.startsWith('server') &&
        row.model === cell.modelName &&
        row.variant === cell.variant &&
        row.provider === cell.provider &&
        row.batchSize === cell.batchSize &&
        row.threads === cell.threads,
    );
    const runs = await Promise.all(beside.map(async (row) => (await this.run(row.id)).run));
    return keptRates(runs).find((kept) => kept.runs.some((run) => run.id === id)) ?? null;
  };

  /** The row of one run, or null where there is none. */
  readonly row = async (id: number): Promise<RunRow | null> =>
    (await this.query({ where: `run:${id}`, limit: 1 })).rows[0] ?? null;

  readonly annotate = async (ids: number[], changes: { tags?: string[]; note?: string }): Promise<void> => {
    await this.#call('results.annotate', { ids, ...changes });
  };

  /** Tells how many runs are stored or imported here from now on, and when some may have been missed; returns the end of it. */
  readonly onStored = (listener: (runs: number) => void): (() => void) => {
    this.#listeners.add(listener);
    const ends = [
      this.#client.on('run-stored', () => listener(1)),
      this.#client.onResync(() => listener(1)),
      () => this.#listeners.delete(listener),
    ];
    return () => ends.forEach((end) => end());
  };
}

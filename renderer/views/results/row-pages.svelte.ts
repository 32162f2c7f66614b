import { SvelteMap } from 'svelte/reactivity';
import { toFailure } from '../../../shared/errors.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { RunRow } from '../../../shared/sweep.ts';

/** Asks for the rows of one page. */
export type FetchRows = (
  offset: number,
  limit: number,
) => Promise<{ readonly rows: readonly RunRow[]; readonly total: number }>;

const pageRows = 100;
/** Some 10 MB of rows. */
const mostPages = 60;

/** The rows of a query, fetched page by page as they come into sight. */
export class RowPages {
  /** Null until the first answer. */
  total = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #fetch: FetchRows;
  readonly #pages = new SvelteMap<number, readonly RunRow[]>();
  /** Pages in sight → how many of their rows are. */
  readonly #wished = new Map<number, number>();
  #fetching = false;
  #closed = false;

  constructor(fetch: FetchRows) {
    this.#fetch = fetch;
  }

  /** The row, or undefined while it isn't there. */
  readonly row = (index: number): RunRow | undefined =>
    this.#pages.get(Math.floor(index / pageRows))?.[index % pageRows];

  /** Says that a row is in sight, until the returned function is called. */
  readonly wish = (index: number): (() => void) => {
    const page = Math.floor(index / pageRows);
    this.#wished.set(page, (this.#wished.get(page) ?? 0) + 1);
    void this.#work();
    return () => {
      const left = (this.#wished.get(page) ?? 1) - 1;
      if (left === 0) this.#wished.delete(page);
      else this.#wished.set(page, left);
    };
  };

  /** Fetches the first page, and with it how many rows there are; throws where that fails. */
  readonly open = (): Promise<void> => this.#take(0);

  /** Fetches again what is in sight, which stays on show until the answer is there. */
  readonly refresh = async (): Promise<void> => {
    const inSight = new Set([0, ...this.#wished.keys()]);
    for (const page of this.#pages.keys()) if (!inSight.has(page)) this.#pages.delete(page);
    for (const page of inSight) await this.#try(page);
  };

  /** Takes no further answer. */
  readonly close = (): void => {
    this.#closed = true;
  };

  /** Works through what is in sight, one page at a time: what has scrolled by is never asked for. */
  async #work(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    // Rows of one page come into sight together; the newest wish is where the person looks.
    await Promise.resolve();
    for (;;) {
      const next = [...this.#wished.keys()].findLast((page) => !this.#pages.has(page));
      if (next === undefined || this.#closed || this.failure !== null) break;
      await this.#try(next);
    }
    this.#fetching = false;
  }

  async #try(page: number): Promise<void> {
    try {
      await this.#take(page);
    } catch (error) {
      if (!this.#closed) this.failure = toFailure(error);
    }
  }

  async #take(page: number): Promise<void> {
    const { rows, total } = await this.#fetch(page * pageRows, pageRows);
    if (this.#closed) return;
    this.total = total;
    this.failure = null;
    this.#pages.set(page, rows);
    this.#forget();
  }

  #forget(): void {
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) return;
      if (!this.#wished.has(page)) this.#pages.delete(page);
    }
  }
}

import { untrack } from 'svelte';
import { toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';

export type Loadable<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'ready'; readonly value: Value };

/** Something fetched: what is known stays on show while it is fetched again, and only the last answer counts. */
export class Resource<Value> {
  state = $state.raw<Loadable<Value>>({ kind: 'loading' });
  /** What is known, or undefined. */
  readonly value: Value | undefined = $derived(this.state.kind === 'ready' ? this.state.value : undefined);
  readonly #fetch: () => Promise<Value>;
  #turn = 0;

  constructor(fetch: () => Promise<Value>) {
    this.#fetch = fetch;
  }

  /** Fetches; an effect that calls it depends on nothing of it, or each answer would ask again. */
  readonly load = (): Promise<void> => untrack(this.#load);

  readonly #load = async (): Promise<void> => {
    this.#turn += 1;
    const turn = this.#turn;
    if (this.state.kind === 'failed') this.state = { kind: 'loading' };
    try {
      const value = await this.#fetch();
      if (turn === this.#turn) this.state = { kind: 'ready', value };
    } catch (error) {
      if (turn === this.#turn) this.state = { kind: 'failed', failure: toFailure(error) };
    }
  };

  /** Takes a newer value that came by itself. */
  readonly set = (value: Value): void => {
    this.#turn += 1;
    this.state = { kind: 'ready', value };
  };
}

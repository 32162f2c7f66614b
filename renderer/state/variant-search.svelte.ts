import type { Call, InputOf, TaskState } from '../../shared/contract.ts';
import { toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import type { SearchResult } from '../../shared/search.ts';
import type { Tasks } from './tasks.svelte.ts';

type SearchState =
  | { readonly kind: 'idle' | 'running' | 'cancelled' }
  | { readonly kind: 'done'; readonly result: SearchResult }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The search for the best variant, one at a time; it goes on while other pages are shown. */
export class VariantSearch {
  state = $state.raw<SearchState>({ kind: 'idle' });
  #taskId = $state('');
  readonly #call: Call;
  readonly #tasks: Tasks;

  constructor(call: Call, tasks: Tasks) {
    this.#call = call;
    this.#tasks = tasks;
  }

  get task(): TaskState | undefined {
    return this.#tasks.byId.get(this.#taskId);
  }

  readonly start = async (order: InputOf<'variants.search'>): Promise<void> => {
    if (this.state.kind === 'running') return;
    this.#taskId = crypto.randomUUID();
    this.state = { kind: 'running' };
    try {
      this.state = { kind: 'done', result: await this.#call('variants.search', { ...order, taskId: this.#taskId }) };
    } catch (error) {
      const failure = toFailure(error);
      this.state = failure.kind === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure };
    } finally {
      this.#tasks.byId.delete(this.#taskId);
    }
  };

  readonly cancel = (): Promise<void> => this.#tasks.cancel(this.#taskId);
}

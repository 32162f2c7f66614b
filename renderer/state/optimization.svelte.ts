import type { MadeVariant, TaskState } from '../../shared/contract.ts';
import { toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { Recipes } from './recipes.svelte.ts';
import type { Tasks } from './tasks.svelte.ts';

export interface VariantWish {
  readonly model: string;
  /** The name of a known recipe, or one that was changed here. */
  readonly recipe: string | Recipe;
  readonly dataset: string | undefined;
}

export type VariantJob = VariantWish & { readonly id: number; readonly taskId: string } & (
    | { readonly state: 'waiting' | 'running' }
    | { readonly state: 'cancelled' }
    | { readonly state: 'done'; readonly made: MadeVariant }
    | { readonly state: 'failed'; readonly failure: Failure }
  );

/** Variants that are made at this page's wish, one after another; they go on while other pages are shown. */
export class Optimization {
  jobs = $state.raw<readonly VariantJob[]>([]);
  readonly busy: boolean = $derived(this.jobs.some((job) => job.state === 'waiting' || job.state === 'running'));
  readonly #recipes: Recipes;
  readonly #tasks: Tasks;
  #nextId = 1;
  #working = false;

  constructor(recipes: Recipes, tasks: Tasks) {
    this.#recipes = recipes;
    this.#tasks = tasks;
  }

  readonly add = (wishes: readonly VariantWish[]): void => {
    const jobs = wishes.map((wish): VariantJob => {
      const id = this.#nextId;
      this.#nextId += 1;
      return { ...wish, id, taskId: crypto.randomUUID(), state: 'waiting' };
    });
    this.jobs = [...jobs, ...this.jobs];
    void this.#work();
  };

  readonly progressOf = (job: VariantJob): TaskState | undefined => this.#tasks.byId.get(job.taskId);

  readonly cancel = async (job: VariantJob): Promise<void> => {
    if (job.state === 'running') await this.#tasks.cancel(job.taskId);
    else if (job.state === 'waiting') this.#replace(job.id, { ...job, state: 'cancelled' });
  };

  /** Forgets the jobs that have ended. */
  readonly forget = (): void => {
    this.jobs = this.jobs.filter((job) => job.state === 'waiting' || job.state === 'running');
  };

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (;;) {
      const next = this.jobs.findLast((job) => job.state === 'waiting');
      if (next === undefined) break;
      this.#replace(next.id, { ...next, state: 'running' });
      this.#replace(next.id, await this.#make(next));
      this.#tasks.byId.delete(next.taskId);
    }
    this.#working = false;
  }

  async #make(job: VariantJob): Promise<VariantJob> {
    try {
      const made = await this.#recipes.makeVariant(job.model, job.recipe, job.dataset, job.taskId);
      return { ...job, state: 'done', made };
    } catch (error) {
      const failure = toFailure(error);
      return failure.kind === 'cancelled' ? { ...job, state: 'cancelled' } : { ...job, state: 'failed', failure };
    }
  }

  #replace(id: number, job: VariantJob): void {
    this.jobs = this.jobs.map((other) => (other.id === id ? job : other));
  }
}

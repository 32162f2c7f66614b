import type { Call, MadeVariant } from '../../shared/contract.ts';
import type { PruningAnalysis } from '../../shared/pruning.ts';
import type { PassDescription, Recipe, RecipeDescription } from '../../shared/recipe.ts';
import type { Client } from '../rpc/client.ts';
import { Resource } from './resource.svelte.ts';

export interface RecipeBook {
  readonly recipes: readonly RecipeDescription[];
  readonly passes: readonly PassDescription[];
}

/** Recipes, the passes that they are made of, and the making of variants. */
export class Recipes {
  readonly book: Resource<RecipeBook>;
  readonly #call: Call;

  constructor(client: Client) {
    this.#call = client.call;
    this.book = new Resource(() => client.call('recipes.list', {}));
  }

  readonly save = async (recipe: Recipe): Promise<void> => {
    await this.#call('recipes.save', { recipe });
    await this.book.load();
  };

  readonly remove = async (name: string): Promise<void> => {
    await this.#call('recipes.remove', { name });
    await this.book.load();
  };

  readonly analyzePruning = (model: string, dataset: string | undefined, taskId: string): Promise<PruningAnalysis> =>
    this.#call('pruning.analyze', { model, dataset, taskId });

  readonly makeVariant = (
    model: string,
    recipe: string | Recipe,
    dataset: string | undefined,
    taskId: string,
  ): Promise<MadeVariant> => this.#call('variants.make', { model, recipe, dataset, taskId });
}

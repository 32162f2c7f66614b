import type { Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';

/** Answers the calls about recipes and variants. */
export const variantHandlers = ({
  recipes,
  variants,
  library,
  datasets,
  tasks,
}: Pick<Engine, 'recipes' | 'variants' | 'library' | 'datasets' | 'tasks'>) =>
  ({
    'recipes.list': () => recipes.list(),
    'recipes.save': ({ recipe }) => recipes.save(recipe),
    'recipes.remove': ({ name }) => {
      recipes.remove(name);
      return null;
    },
    'variants.make': async ({ model, recipe: wanted, dataset, taskId }) => {
      const recipe = typeof wanted === 'string' ? await recipes.find(wanted) : wanted;
      const parent = library.resolve(model);
      const files = dataset === undefined ? null : datasets.find(dataset).files;
      return tasks.run(taskId, `${recipe.name} of ${parent.name}`, (options) =>
        variants.make({ parentSha256: parent.sha256, recipe, dataset: files }, options),
      );
    },
  }) satisfies Partial<Handlers>;

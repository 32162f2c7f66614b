import type { Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { searchDefaults } from '../../engine/search/search-variant.ts';
import { defaultAnalysisOptions } from '../../engine/passes/pruning/analyze-pruning.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Answers the calls about recipes and variants. */
export const variantHandlers = ({
  recipes,
  variants,
  pruning,
  library,
  datasets,
  search,
  tasks,
}: Pick<Engine, 'recipes' | 'variants' | 'search' | 'pruning' | 'library' | 'datasets' | 'tasks'>) =>
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
      return tasks.run(taskId, say('variantTask', { recipe: recipe.name, model: parent.name }), (options) =>
        variants.make({ parentSha256: parent.sha256, recipe, dataset: files }, options),
      );
    },
    'variants.search': ({ model, dataset, bounds, taskId, ...choices }) => {
      const { name, sha256 } = library.resolve(model);
      const order = {
        ...{ model: sha256, bounds, dataset: datasets.find(dataset) },
        threads: choices.threads ?? searchDefaults.threads,
        batchSize: choices.batchSize ?? searchDefaults.batchSize,
        rounds: choices.rounds ?? searchDefaults.rounds,
        measure: choices.measure,
        trials: choices.trials ?? searchDefaults.trials,
        again: choices.again ?? searchDefaults.again,
      };
      return tasks.run(taskId, say('searchTask', { model: name }), (options) => search.run(order, options));
    },
    'pruning.analyze': ({ model, dataset, importance = 'auto', taskId }) => {
      const { name, sha256 } = library.resolve(model);
      const files = dataset === undefined ? null : datasets.find(dataset).files;
      const order = { modelSha256: sha256, dataset: files, options: { ...defaultAnalysisOptions, importance } };
      return tasks.run(taskId, say('pruningTask', { model: name }), (options) => pruning.analyze(order, options));
    },
  }) satisfies Partial<Handlers>;

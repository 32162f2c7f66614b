/** The product of a specification's lists. */
import type { ProviderStatus } from '../../../shared/hardware.ts';
import type { Scenario } from '../../../shared/measurement.ts';
import type { GraphOptimizationLevel, SweepSpecification } from '../../../shared/sweep.ts';
import type { PlannedModel, PlannedRecipe, References } from './resolve-references.ts';

export interface MatrixPoint {
  readonly model: PlannedModel;
  /** Null for the original. */
  readonly recipe: PlannedRecipe | null;
  readonly provider: ProviderStatus;
  readonly graphOptimization: GraphOptimizationLevel;
  readonly scenario: Scenario;
  readonly threads: number;
  readonly batchSize: number;
}

export interface Matrix {
  readonly size: number;
  /** How many more there would be if nothing stood twice in a list. */
  readonly repeated: number;
  /** Builds every combination: look at `size` first. */
  readonly points: () => readonly MatrixPoint[];
}

/** Every combination of a specification's lists, each once. */
export function expandMatrix(specification: SweepSpecification, references: References): Matrix {
  const written = {
    models: references.models,
    recipes: references.recipes,
    providers: references.providers,
    levels: specification.graphOptimization,
    scenarios: specification.scenarios.flatMap(scenariosOf),
    threadCounts: specification.threads,
    batchSizes: specification.batchSizes,
  };
  const lists = {
    models: distinct(written.models, ({ sha256 }) => sha256),
    recipes: distinct(written.recipes, (recipe) => recipe?.hash),
    providers: distinct(written.providers, ({ name }) => name),
    levels: distinct(written.levels, (level) => level),
    scenarios: distinct(written.scenarios, (scenario) => JSON.stringify(scenario)),
    threadCounts: distinct(written.threadCounts, (threads) => threads),
    batchSizes: distinct(written.batchSizes, (batchSize) => batchSize),
  };
  const size = productOf(lists);
  return { size, repeated: productOf(written) - size, points: () => combine(lists) };
}

interface Lists {
  readonly models: readonly PlannedModel[];
  readonly recipes: readonly (PlannedRecipe | null)[];
  readonly providers: readonly ProviderStatus[];
  readonly levels: readonly GraphOptimizationLevel[];
  readonly scenarios: readonly Scenario[];
  readonly threadCounts: readonly number[];
  readonly batchSizes: readonly number[];
}

const productOf = (lists: Lists): number =>
  Object.values(lists).reduce((product: number, list: readonly unknown[]) => product * list.length, 1);

function distinct<Value>(values: readonly Value[], key: (value: Value) => unknown): readonly Value[] {
  const byKey = new Map<unknown, Value>();
  for (const value of values) if (!byKey.has(key(value))) byKey.set(key(value), value);
  return [...byKey.values()];
}

function combine(lists: Lists): readonly MatrixPoint[] {
  const points: MatrixPoint[] = [];
  for (const model of lists.models)
    for (const recipe of lists.recipes)
      for (const provider of lists.providers)
        for (const graphOptimization of lists.levels)
          for (const scenario of lists.scenarios)
            for (const threads of lists.threadCounts)
              for (const batchSize of lists.batchSizes)
                points.push({ model, recipe, provider, graphOptimization, scenario, threads, batchSize });
  return points;
}

function scenariosOf(entry: SweepSpecification['scenarios'][number]): readonly Scenario[] {
  if (entry === 'single-stream') return [{ kind: 'single-stream' }];
  if (entry === 'offline') return [{ kind: 'offline', processes: 1 }];
  if ('offline' in entry) return entry.offline.processes.map((processes) => ({ kind: 'offline', processes }));
  const { qps, latencyBoundMs } = entry.server;
  return qps.map((queriesPerSecond) => ({ kind: 'server', queriesPerSecond, latencyBoundMs }));
}

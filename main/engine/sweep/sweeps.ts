/** Plans and queues sweeps from their specifications. */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { StartConditions, SweepPlan, SweepSummary } from '../../../shared/sweep.ts';
import type { KnownDataset } from '../accuracy/bundled-datasets.ts';
import type { Datasets } from '../accuracy/datasets.ts';
import type { Hardware } from '../hardware/create-hardware.ts';
import { bytesInFolder } from '../folder-bytes.ts';
import { freeBytesOf } from '../free-bytes.ts';
import type { Library } from '../library/library.ts';
import { needsCalibrationData } from '../passes/resolve-recipe.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { RecipeBook } from '../variants/recipe-book.ts';
import type { Variants } from '../variants/variants.ts';
import { budgetWarning, diskWarning, sweepBytes } from './disk-needs.ts';
import type { CellDuration } from '../store/durations.ts';
import { orderRounds } from './order.ts';
import { draftSweep, priceSweep } from './planner.ts';
import { recipeReference } from './resolve-references.ts';
import type { PlannedDataset, PlannedModel, PlannedRecipe } from './resolve-references.ts';
import { parseSpecification } from './specification.ts';
import type { ParsedSpecification } from './specification.ts';
import { worthTier } from './worth.ts';

export interface SweepText {
  readonly yaml: string;
  /** The folder that relative paths start from; without it, paths are refused. */
  readonly folder?: string | undefined;
}

/** When a sweep may run; times are UTC, ISO 8601. */
export interface SweepTimes {
  readonly startAt?: string | undefined;
  readonly untilAt?: string | undefined;
  readonly conditions?: StartConditions | undefined;
  readonly budgetMs?: number | undefined;
}

export interface Sweeps {
  /** Raises `invalid-input` with its line. Models named by path are added to the library. */
  readonly plan: (text: SweepText) => Promise<SweepPlan>;
  readonly queue: (sweep: SweepText & SweepTimes) => Promise<SweepSummary>;
  readonly examples: () => Promise<readonly { readonly name: string; readonly yaml: string }[]>;
}

export interface SweepsOptions {
  readonly store: Pick<Store, 'folder' | 'sweeps' | 'runs' | 'settings'>;
  readonly library: Library;
  readonly hardware: Pick<Hardware, 'report'>;
  readonly recipes: Pick<RecipeBook, 'find'>;
  readonly variants: Pick<Variants, 'hashOf'>;
  readonly datasets: Datasets;
  readonly clock: Clock;
  /** Holds the example specifications. */
  readonly examplesFolder: string;
  /** Told after the queue has grown. */
  readonly changed: () => void;
}

export function createSweeps(options: SweepsOptions): Sweeps {
  const { store, library, hardware, datasets } = options;
  /** The plan, and what earlier runs tell of each of its cells, in order. */
  const plan = async ({ yaml, folder }: SweepText): Promise<SweepPlan & { earlier: readonly CellDuration[] }> => {
    const parsed = parseSpecification(yaml);
    const [models, recipes, report] = await Promise.all([
      findModels(parsed, library, folder),
      findRecipes(parsed, options, folder),
      hardware.report(),
    ]);
    const draft = draftSweep(parsed, {
      models,
      recipes,
      datasets: new Map(datasets.list().map((known) => [known.files.name, plannedDataset(known)])),
      providers: report.providers,
      logicalCores: availableParallelism(),
      seed: Math.floor(Math.random() * 0x1_0000_0000),
    });
    const earlier = await store.runs.durations(draft.cells.map(({ cell }) => cell));
    const priced = priceSweep(draft, earlier);
    const neededBytes = sweepBytes(priced, store.runs.bytesPerRun(), (sha256) => library.resolve(sha256).sizeBytes);
    const warning = diskWarning(neededBytes, await freeBytesOf(store.folder));
    const { diskBudgetBytes } = store.settings.get();
    const overBudget =
      diskBudgetBytes === null ? null : budgetWarning(neededBytes, await bytesInFolder(store.folder), diskBudgetBytes);
    const warnings = [warning, overBudget].filter((text) => text !== null);
    return { ...priced, notes: [...priced.notes, ...warnings], earlier };
  };
  return {
    plan: async (text) => {
      const { earlier: _, ...planned } = await plan(text);
      return planned;
    },
    queue: async ({ yaml, folder, startAt, untilAt, conditions, budgetMs }) => {
      const { earlier, ...planned } = await plan({ yaml, folder });
      const startsAt = epochMs(startAt);
      const spentAt = budgetMs === undefined ? null : (startsAt ?? options.clock.now()) + budgetMs;
      const until = earliest(epochMs(untilAt), spentAt);
      if (until !== null && until <= Math.max(startsAt ?? 0, options.clock.now())) {
        throw new CrivoError('invalid-input', say('endsBeforeStart'));
      }
      const runnable = planned.cells.flatMap(({ skipped }, index) => (skipped === null ? [index] : []));
      const summary = await store.sweeps.create({
        ...{ name: planned.name, yaml, folder: folder ?? '', seed: planned.seed, rounds: planned.rounds },
        ...{ startsAt, untilAt: until, cells: planned.cells },
        order: orderRounds(
          ...([runnable, planned.rounds, planned.seed, planned.control] as const),
          budgetMs === undefined ? undefined : (cell) => worthTier(planned.cells[cell]!.cell, earlier[cell]!),
        ),
        ...{ remeasure: planned.remeasure, conditions },
        environment: (await hardware.report()).environment,
      });
      options.changed();
      return summary;
    },
    examples: async () => {
      const files = (await readdir(options.examplesFolder)).filter((name) => name.endsWith('.yml')).sort();
      return Promise.all(
        files.map(async (file) => ({
          name: file.replace(/\.yml$/, ''),
          yaml: await readFile(join(options.examplesFolder, file), 'utf8'),
        })),
      );
    },
  };
}

const epochMs = (time: string | undefined): number | null => (time === undefined ? null : Date.parse(time));

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const plannedDataset = ({ files, detail }: KnownDataset): PlannedDataset => ({
  ...{ name: files.name, inputs: detail.inputs, constants: files.constants, labelled: detail.labelled },
});

const isPath = (reference: string): boolean => /[/\\]|\.onnx$|\.ya?ml$/i.test(reference);

/** Where a path of a specification leads. Raises `invalid-input` where it can't be followed. */
function pathFrom(folder: string | undefined, path: string): string {
  if (folder !== undefined) return isAbsolute(path) ? path : resolve(folder, path);
  throw new CrivoError('invalid-input', say('pathWithoutFolder', { path }));
}

async function findModels(
  { specification }: ParsedSpecification,
  library: Library,
  folder: string | undefined,
): Promise<ReadonlyMap<string, PlannedModel | CrivoError>> {
  const found = new Map<string, PlannedModel | CrivoError>();
  for (const reference of specification.models) {
    found.set(reference, await orError(() => findModel(reference, library, folder)));
  }
  return found;
}

async function findModel(reference: string, library: Library, folder: string | undefined): Promise<PlannedModel> {
  if (!isPath(reference)) return library.resolve(reference);
  const { added, known, failed } = await library.add([pathFrom(folder, reference)]);
  const [failure] = failed;
  if (failure !== undefined) throw new CrivoError(failure.failure.kind, failure.failure.message, failure.failure);
  const [model] = [...added, ...known];
  if (model === undefined) throw new CrivoError('not-found', say('pathWithoutModel', { reference }));
  return library.resolve(model.sha256);
}

async function findRecipes(
  { specification }: ParsedSpecification,
  { recipes, variants, datasets }: SweepsOptions,
  folder: string | undefined,
): Promise<ReadonlyMap<string, PlannedRecipe | CrivoError>> {
  const dataset = specification.dataset === undefined ? null : (datasets.get(specification.dataset)?.files ?? null);
  const found = new Map<string, PlannedRecipe | CrivoError>();
  for (const variant of specification.variants) {
    const reference = recipeReference(variant);
    if (reference === null) continue;
    const planned = await orError(async () => {
      const recipe = await recipes.find(isPath(reference) ? pathFrom(folder, reference) : reference);
      return {
        name: recipe.name,
        hash: await variants.hashOf(recipe, dataset),
        needsCalibrationData: needsCalibrationData(recipe),
        makesBatchDynamic: recipe.passes.some(({ pass }) => pass === 'make-batch-dynamic'),
      };
    });
    found.set(reference, planned);
  }
  return found;
}

/** The planner tells the line of what can't be found. */
async function orError<Value>(find: () => Promise<Value>): Promise<Value | CrivoError> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof CrivoError && error.kind !== 'storage' && error.kind !== 'cancelled') return error;
    if (error instanceof CrivoError) throw error;
    throw new CrivoError('job-failed', toFailure(error).message, { cause: error });
  }
}

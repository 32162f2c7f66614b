/** Finds, or makes, what a claimed cell runs on. */
import { resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Cell, SweepSpecification } from '../../../shared/sweep.ts';
import type { Datasets } from '../accuracy/datasets.ts';
import type { Hardware } from '../hardware/create-hardware.ts';
import type { Library } from '../library/library.ts';
import type { DatasetFiles } from '../ports.ts';
import type { JobResult } from '../store/results.ts';
import { assertDataFolder } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { RecipeBook } from '../variants/recipe-book.ts';
import type { Variants } from '../variants/variants.ts';
import { blockOf } from './block.ts';
import type { QueueOptions } from './queue.ts';
import { recipeReference } from './resolve-references.ts';
import type { JobTools } from './run-job.ts';
import { parseSpecification } from './specification.ts';

export interface PrepareParts {
  readonly store: Pick<Store, 'folder' | 'sweeps' | 'models'>;
  readonly library: Library;
  readonly variants: Variants;
  readonly recipes: Pick<RecipeBook, 'find'>;
  readonly hardware: Hardware;
  readonly datasets: Datasets;
}

/** The queue's tools that know models, variants and the machine. */
export function cellTools(
  parts: PrepareParts,
): Pick<JobTools, 'prepare' | 'surroundings' | 'assertFolder'> & Pick<QueueOptions, 'block'> {
  const { store, library, hardware } = parts;
  return {
    assertFolder: () => assertDataFolder(store.folder),
    block: (first, waiting) =>
      blockOf(first, waiting, {
        bytesOf: ({ modelSha256 }) => processBytes + sessionFactor * (store.models.get(modelSha256)?.sizeBytes ?? 0),
        freeBytes: process.availableMemory(),
      }),
    prepare: async ({ job, folder }, { seed, signal }) => {
      const { cell } = job;
      const { specification } = parseSpecification(store.sweeps.get(job.sweepId).yaml);
      const dataset = datasetOf(cell, parts);
      const isVariant = cell.recipeHash !== null;
      const sha256 = isVariant
        ? await variantOf(cell, specification, { folder, dataset, signal }, parts)
        : cell.modelSha256;
      return {
        request: {
          cell,
          modelPath: library.pathOf(sha256),
          dataset,
          parentPath: isVariant ? library.pathOf(cell.modelSha256) : null,
          judgesParent: specification.accept?.maxDrop !== undefined,
          seed,
        },
        artifact: artifactOf(sha256, store.models),
        // The model itself is what its variants are judged by.
        accept: isVariant ? specification.accept : undefined,
      };
    },
    surroundings: async (cell) => {
      const { devices, providers, environment } = await hardware.report();
      const status = providers.find(({ name }) => name === cell.provider);
      const proved = status?.state === 'working' ? status.device : null;
      const kind = cell.provider === 'cpu' || cell.provider === 'xnnpack' ? 'cpu' : 'gpu';
      const device = proved ?? devices.find((candidate) => candidate.kind === kind)?.name ?? '';
      return { environment, device, artifact: artifactOf(cell.modelSha256, store.models) };
    },
  };
}

/** A process of Node with ONNX Runtime, without a model. */
const processBytes = 150e6;
/** Memory of a session over its model's file: weights as read and as packed, and what is between layers. */
const sessionFactor = 4;

function artifactOf(sha256: string, models: Store['models']): JobResult['artifact'] {
  const model = models.get(sha256);
  if (model === null) {
    throw new CrivoError('not-found', say('modelOfCellGone'));
  }
  const { precision, sizeBytes, lineage } = model;
  return { precision, sizeBytes, parentSha256: lineage?.parentSha256 ?? null };
}

interface VariantSource {
  /** That relative paths of the specification start from. */
  readonly folder: string;
  readonly dataset: DatasetFiles | null;
  readonly signal: AbortSignal;
}

/** SHA-256 of the variant, made by the recipe that the sweep names; its hash must still be the one that was planned. */
async function variantOf(
  { modelSha256, variant, recipeHash }: Cell,
  specification: SweepSpecification,
  { folder, dataset, signal }: VariantSource,
  { variants, recipes }: PrepareParts,
): Promise<string> {
  for (const entry of specification.variants) {
    const reference = recipeReference(entry);
    if (reference === null) continue;
    const recipe = await recipes.find(/\.ya?ml$/i.test(reference) ? resolve(folder, reference) : reference);
    if ((await variants.hashOf(recipe, dataset)) !== recipeHash) continue;
    return (await variants.make({ parentSha256: modelSha256, recipe, dataset }, { signal })).variant.sha256;
  }
  throw new CrivoError('job-failed', say('recipeChanged', { recipe: variant }));
}

function datasetOf({ dataset }: Cell, { datasets }: PrepareParts): DatasetFiles | null {
  if (dataset === null) return null;
  const known = datasets.get(dataset);
  if (known !== undefined) return known.files;
  throw new CrivoError('not-found', say('datasetOfCellGone', { dataset }));
}

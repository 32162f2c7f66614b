/** Finds, or makes, what a claimed cell runs on. */
import { resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import type { Cell } from '../../../shared/sweep.ts';
import type { KnownDataset } from '../accuracy/bundled-datasets.ts';
import type { Hardware } from '../hardware/create-hardware.ts';
import type { Library } from '../library/library.ts';
import type { DatasetFiles } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { RecipeBook } from '../variants/recipe-book.ts';
import type { Variants } from '../variants/variants.ts';
import { recipeReference } from './resolve-references.ts';
import type { JobTools } from './run-job.ts';
import { parseSpecification } from './specification.ts';

export interface PrepareParts {
  readonly store: Pick<Store, 'sweeps' | 'models'>;
  readonly library: Library;
  readonly variants: Variants;
  readonly recipes: Pick<RecipeBook, 'find'>;
  readonly hardware: Hardware;
  readonly datasets: ReadonlyMap<string, KnownDataset>;
}

/** The queue's tools that know models, variants and the machine. */
export function cellTools(parts: PrepareParts): Pick<JobTools, 'prepare' | 'surroundings'> {
  const { store, library, hardware } = parts;
  const artifactOf = (sha256: string) => {
    const model = store.models.get(sha256);
    if (model === null)
      throw new CrivoError('not-found', 'The model of this cell is no longer in the library; add it again.');
    return {
      precision: model.precision,
      sizeBytes: model.sizeBytes,
      parentSha256: model.lineage?.parentSha256 ?? null,
    };
  };
  return {
    prepare: async ({ job, folder }, { seed, signal }) => {
      const { cell } = job;
      const { specification } = parseSpecification(store.sweeps.get(job.sweepId).yaml);
      const dataset = datasetOf(cell, parts);
      const isVariant = cell.recipeHash !== null;
      const sha256 = isVariant ? await variantOf(cell, folder, dataset, parts, signal) : cell.modelSha256;
      return {
        request: {
          cell,
          modelPath: library.pathOf(sha256),
          dataset,
          parentPath: isVariant ? library.pathOf(cell.modelSha256) : null,
          seed,
        },
        artifact: artifactOf(sha256),
        accept: specification.accept,
      };

      /** Made by the recipe that the sweep names; its hash must still be the one that was planned. */
      async function variantOf(
        { modelSha256, variant, recipeHash }: Cell,
        base: string,
        data: DatasetFiles | null,
        { variants, recipes }: PrepareParts,
        abort: AbortSignal,
      ): Promise<string> {
        for (const entry of specification.variants) {
          const reference = recipeReference(entry);
          if (reference === null) continue;
          const recipe = await recipes.find(/\.ya?ml$/i.test(reference) ? resolve(base, reference) : reference);
          if ((await variants.hashOf(recipe, data)) !== recipeHash) continue;
          const made = await variants.make({ parentSha256: modelSha256, recipe, dataset: data }, { signal: abort });
          return made.variant.sha256;
        }
        throw new CrivoError(
          'job-failed',
          `The recipe "${variant}" has changed since the sweep was planned; queue the sweep again.`,
        );
      }
    },
    surroundings: async (cell) => {
      const { devices, environment } = await hardware.report();
      const kind = cell.provider === 'cpu' || cell.provider === 'xnnpack' ? 'cpu' : 'gpu';
      const device = devices.find((candidate) => candidate.kind === kind);
      return { environment, device: device?.name ?? '', artifact: artifactOf(cell.modelSha256) };
    },
  };
}

function datasetOf({ dataset }: Cell, { datasets }: PrepareParts): DatasetFiles | null {
  if (dataset === null) return null;
  const known = datasets.get(dataset);
  if (known !== undefined) return known.files;
  throw new CrivoError('not-found', `The dataset "${dataset}" is no longer there; import it again.`);
}

/** Makes variants of models by recipes; what was made before is never made again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeVariant } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Recipe, RecipeReport } from '../../../shared/recipe.ts';
import type { Library } from '../library/library.ts';
import { calibrationSha256 } from '../passes/calibration-source.ts';
import { dataDecidesBytes, hashRecipe, needsCalibrationData, resolveRecipe } from '../passes/resolve-recipe.ts';
import type { DatasetFiles, JobOptions, JobRunner } from '../ports.ts';
import type { VariantStore } from '../store/recipes.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface VariantOrder {
  readonly parentSha256: string;
  readonly recipe: Recipe;
  readonly dataset: DatasetFiles | null;
}

export interface Variants {
  /** SHA-256 of the recipe's meaning on this CPU and of the data where that decides the result. Raises `invalid-input`. */
  readonly hashOf: (recipe: Recipe, dataset: DatasetFiles | null) => Promise<string>;
  /** The variant, made unless it is there. Raises `CrivoError`; the parent stays as it was. */
  readonly make: (order: VariantOrder, options?: JobOptions) => Promise<MadeVariant>;
}

export interface VariantsOptions {
  readonly variants: VariantStore;
  readonly library: Library;
  readonly jobs: JobRunner;
  /** ISA extensions of this CPU. */
  readonly isa: () => Promise<readonly string[]>;
  /** An existing folder on the data folder's disk, for what is being made. */
  readonly workFolder: string;
}

export function createVariants({ variants, library, jobs, isa, workFolder }: VariantsOptions): Variants {
  const hashOf = async (recipe: Recipe, dataset: DatasetFiles | null): Promise<string> => {
    const steps = resolveRecipe(recipe, await isa());
    const data = dataset !== null && dataDecidesBytes(steps) ? await calibrationSha256(dataset) : null;
    return hashRecipe(steps, data);
  };

  /** Two at once of the same would both do the work. */
  const underWay = new Map<string, Promise<MadeVariant>>();

  const known = (parentSha256: string, recipeHash: string): MadeVariant | null => {
    const sha256 = variants.find({ parentSha256, recipeHash });
    if (sha256 === null) return null;
    try {
      const {
        report,
        inspection: _inspection,
        importedFrom: _source,
        children: _children,
        ...variant
      } = library.get(sha256);
      return report === null ? null : { variant, report, known: true };
    } catch (error) {
      // It was removed from the library: made again, it comes back.
      if (error instanceof CrivoError && error.kind === 'not-found') return null;
      throw error;
    }
  };

  const make = async (order: VariantOrder, recipeHash: string, options: JobOptions): Promise<MadeVariant> => {
    const { parentSha256, recipe, dataset } = order;
    const parent = library.resolve(parentSha256);
    if (parent.inspection.quantization !== null && touchesPrecision(recipe)) {
      throw new CrivoError(
        'invalid-input',
        say('applyToOriginal', {
          model: parent.name,
          quantization: parent.inspection.quantization,
          recipe: recipe.name,
        }),
      );
    }
    if (needsCalibrationData(recipe) && dataset === null) {
      throw new CrivoError('invalid-input', say('recipeNeedsData', { recipe: recipe.name }));
    }
    const folder = await mkdtemp(join(workFolder, 'variant-'));
    try {
      const input = { modelPath: library.pathOf(parentSha256), recipe, dataset, isa: await isa(), folder };
      const { report, modelPath } = await jobs.run('make-variant', input, share(options, 0, 0.85));
      const lineage = { parentSha256, recipeName: recipe.name, recipeHash };
      const { model } = await library.addVariant(
        { modelPath, name: `${parent.name}.${recipe.name}`, lineage, report },
        share(options, 0.85, 1),
      );
      variants.insert({ parentSha256, recipeHash, variantSha256: model.sha256 });
      return { variant: model, report: report satisfies RecipeReport, known: false };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    hashOf,
    make: async (order, options = {}) => {
      const recipeHash = await hashOf(order.recipe, order.dataset);
      const key = `${order.parentSha256} ${recipeHash}`;
      for (;;) {
        const found = known(order.parentSha256, recipeHash);
        if (found !== null) return found;
        const begun = underWay.get(key);
        if (begun === undefined) {
          const own = make(order, recipeHash, options).finally(() => underWay.delete(key));
          underWay.set(key, own);
          return own;
        }
        try {
          return await untilAborted(begun, options.signal);
        } catch (error) {
          // That another doesn't want it any more is no reason not to make it for this one.
          const cancelled = error instanceof CrivoError && error.kind === 'cancelled';
          if (!cancelled || options.signal?.aborted === true) throw error;
        }
      }
    },
  };
}

const touchesPrecision = ({ passes }: Recipe): boolean =>
  passes.some(({ pass }) => /^(quantize|convert|prune)-/.test(pass));

/** The part of a whole that a step is. */
const share = ({ signal, onProgress }: JobOptions, from: number, to: number): JobOptions => ({
  ...(signal === undefined ? {} : { signal }),
  onProgress: (fraction, message) => onProgress?.(fraction === null ? null : from + (to - from) * fraction, message),
});

/** The result, unless the signal comes first. Rejects with `cancelled`. */
async function untilAborted<Result>(result: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return result;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new CrivoError('cancelled', say('makingCancelled')));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([result, promise]).finally(() => signal.removeEventListener('abort', onAbort));
}

/** The models, recipes, providers and dataset that a specification names, or the error that names its line. */
import type { DatasetTensor } from '../../../shared/dataset.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { ProviderStatus } from '../../../shared/hardware.ts';
import type { ModelInspection } from '../../../shared/model.ts';
import { nearestName } from '../../../shared/nearest-name.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';
import type { ParsedSpecification } from './specification.ts';
import { mistakeAt } from '../yaml/read-yaml.ts';

export interface PlannedModel {
  readonly sha256: string;
  readonly name: string;
  readonly inspection: Pick<ModelInspection, 'inputs'>;
}

export interface PlannedRecipe {
  readonly name: string;
  /** Of the recipe and the calibration data, as `VariantLineage.recipeHash`. */
  readonly hash: string;
  readonly needsCalibrationData: boolean;
  /** The variant will take any batch, even where the parent's is fixed. */
  readonly makesBatchDynamic: boolean;
}

export interface PlannedDataset {
  readonly name: string;
  readonly inputs: readonly Pick<DatasetTensor, 'inputName' | 'shape'>[];
  readonly constants: Readonly<Record<string, number>>;
  readonly labelled: boolean;
}

export interface References {
  readonly models: readonly PlannedModel[];
  /** Null stands for the original. */
  readonly recipes: readonly (PlannedRecipe | null)[];
  readonly providers: readonly ProviderStatus[];
  /** Providers that `all` leaves out. */
  readonly leftOut: readonly ProviderStatus[];
  readonly dataset: PlannedDataset | null;
}

/** What references resolve to, by their text in the specification. */
export interface Known {
  readonly models: ReadonlyMap<string, PlannedModel | CrivoError>;
  readonly recipes: ReadonlyMap<string, PlannedRecipe | CrivoError>;
  readonly datasets: ReadonlyMap<string, PlannedDataset>;
  readonly providers: readonly ProviderStatus[];
}

/** The text by which a specification's variant names its recipe, or null for the original. */
export function recipeReference(variant: SweepSpecification['variants'][number]): string | null {
  if (typeof variant !== 'string') return variant.recipe;
  return variant === 'original' ? null : variant;
}

/** Resolves all references. Raises `invalid-input` with the line of the first that can't be. */
export function resolveReferences({ specification, lineOf }: ParsedSpecification, known: Known): References {
  const raise = (path: DocumentPath, message: string): never => {
    throw mistakeAt(lineOf(path), message);
  };
  const models = specification.models.map((reference, index) => {
    const model = known.models.get(reference);
    if (model === undefined) return raise(['models', index], say('noModelNamed', { reference }));
    return model instanceof CrivoError ? raise(['models', index], model.message) : model;
  });
  const dataset = datasetOf(specification, known, raise);
  const recipes = specification.variants.map((variant, index) => {
    const reference = recipeReference(variant);
    if (reference === null) return null;
    const recipe = known.recipes.get(reference);
    if (recipe === undefined) return raise(['variants', index], say('noRecipeNamed', { reference }));
    if (recipe instanceof CrivoError) return raise(['variants', index], recipe.message);
    if (!recipe.needsCalibrationData || dataset !== null) return recipe;
    return raise(['variants', index], say('variantNeedsData', { recipe: recipe.name }));
  });
  refuseUnknownInputs(specification, models, raise);
  if (specification.accept?.maxDrop !== undefined && dataset?.labelled !== true) {
    raise(['accept', 'maxDrop'], say('maxDropNeedsLabels'));
  }
  return { models, recipes, dataset, ...providersOf(specification, known.providers) };
}

type Raise = (path: DocumentPath, message: string) => never;

function datasetOf({ dataset: name }: SweepSpecification, { datasets }: Known, raise: Raise): PlannedDataset | null {
  if (name === undefined) return null;
  const names = [...datasets.keys()];
  const found = datasets.get(name);
  if (found !== undefined) return found;
  const meant = nearestName(name, names);
  return raise(
    ['dataset'],
    meant === null
      ? say('noDatasetCalled', { name, names: names.join(', ') })
      : say('noDatasetButNear', { name, meant }),
  );
}

/** A shape for an input that no model has is a slip; one that only some have is not. */
function refuseUnknownInputs({ inputShapes }: SweepSpecification, models: readonly PlannedModel[], raise: Raise): void {
  const inputs = new Set(models.flatMap(({ inspection }) => inspection.inputs.map(({ name }) => name)));
  for (const name of Object.keys(inputShapes ?? {})) {
    if (inputs.has(name)) continue;
    const meant = nearestName(name, inputs);
    raise(
      ['inputShapes', name],
      meant === null
        ? say('noSuchInput', { name, inputs: [...inputs].join(', ') })
        : say('noInputButNear', { name, meant }),
    );
  }
}

function providersOf(
  { providers: wanted }: SweepSpecification,
  statuses: readonly ProviderStatus[],
): Pick<References, 'providers' | 'leftOut'> {
  if (wanted === 'all') {
    const providers = statuses.filter(({ state }) => state === 'working');
    return { providers, leftOut: statuses.filter(({ state }) => state === 'unusable') };
  }
  const providers = wanted.map(
    (name): ProviderStatus =>
      statuses.find((status) => status.name === name) ?? {
        name,
        state: 'unusable',
        reason: say('providerNotBuilt', { name }),
        cure: say('chooseOtherProvider'),
        action: null,
      },
  );
  return { providers, leftOut: [] };
}

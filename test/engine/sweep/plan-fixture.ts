import type { ProviderStatus } from '../../../shared/hardware.ts';
import type { Dimension } from '../../../shared/model.ts';
import type { PlanContext } from '../../../main/engine/sweep/planner.ts';
import type { PlannedModel, PlannedRecipe } from '../../../main/engine/sweep/resolve-references.ts';

const cpuWorks: ProviderStatus = {
  ...{ name: 'cpu', state: 'working', proof: 'A tiny model ran on it.', nodesOnProvider: 1, nodeCount: 1 },
  ...{ probeMs: 1, device: null },
};
const cudaFails: ProviderStatus = {
  ...{
    name: 'cuda',
    state: 'unusable',
    reason: 'This machine has no NVIDIA GPU.',
    cure: 'Choose another provider.',
    action: null,
  },
};

/** A model with the given inputs; its SHA-256 is made of its name. */
export function planModel(name: string, inputs: Readonly<Record<string, readonly Dimension[] | null>>): PlannedModel {
  const infos = Object.entries(inputs).map(([input, shape]) => ({ name: input, elementType: 'float32', shape }));
  return {
    name,
    sha256: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
    inspection: { inputs: infos },
  };
}

export function planRecipe(name: string, changes: Partial<PlannedRecipe> = {}): PlannedRecipe {
  return { name, hash: `hash of ${name}`, needsCalibrationData: false, makesBatchDynamic: false, ...changes };
}

/** A machine with two cores and the CPU provider, that knows the given models and recipes by name, and the digits. */
export function planContext(
  models: readonly PlannedModel[],
  recipes: readonly PlannedRecipe[] = [],
  changes: Partial<PlanContext> = {},
): PlanContext {
  return {
    models: new Map(models.map((model) => [model.name, model])),
    recipes: new Map(recipes.map((recipe) => [recipe.name, recipe])),
    datasets: new Map([
      ['digits', { name: 'digits', inputs: [{ inputName: null, shape: [1, 28, 28] }], constants: {}, labelled: true }],
    ]),
    providers: [cpuWorks, cudaFails],
    logicalCores: 2,
    seed: 5,
    ...changes,
  };
}

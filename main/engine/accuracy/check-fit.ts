/** Whether a model can be run on a dataset, told input by input. */
import type { DatasetFit } from '../../../shared/dataset.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { ModelInspection, TensorInfo } from '../../../shared/model.ts';
import type { KnownDataset } from './bundled-datasets.ts';
import { assignSlots, shapesAgree } from './dataset.ts';
import { makeValues } from './element-types.ts';

/** Compares shapes and types of inputs, and the number of classes with what the model scores. */
export function checkFit(
  { files, detail }: KnownDataset,
  {
    name: model,
    inspection,
  }: { readonly name: string; readonly inspection: Pick<ModelInspection, 'inputs' | 'outputs'> },
): DatasetFit {
  const problems: string[] = [];
  const warnings: string[] = [];
  let fed: string[] = [];
  try {
    const assigned = assignSlots(files, inspection.inputs);
    fed = assigned.map(({ slot }) => slot.name);
    assigned.forEach(({ slot }, at) => {
      const problem = inputProblem(detail.inputs[at]!.shape, slot, model);
      if (problem !== null) problems.push(problem);
    });
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    problems.push(error.message);
  }
  const rest = inspection.inputs.filter(({ name }) => !fed.includes(name) && files.constants[name] === undefined);
  if (rest.length > 0) {
    warnings.push(say('modelUnfedInputs', { inputs: rest.map(({ name }) => `"${name}"`).join(', '), model }));
  }
  const warning = outputWarning(detail.judged, inspection.outputs, model);
  if (warning !== null) warnings.push(warning);
  return { problems, warnings };
}

function inputProblem(
  stored: readonly number[],
  { name, elementType, shape }: TensorInfo,
  model: string,
): string | null {
  if (makeValues(elementType, 0) === null) return say('noDatasetGivesType', { name, model, elementType });
  if (shape === null) return null;
  const taken = shape.slice(1);
  const concrete = filled(taken, stored);
  if (concrete !== null && shapesAgree(stored, concrete)) return null;
  const words = taken.map((size) => (typeof size === 'number' ? size : '?')).join(', ');
  return `${say('inputShapeUnfit', { name, model, taken: words, stored: stored.join(', ') })} ${hint(stored, taken)}`;
}

/** The model's sizes with open ones taken from the example; null where the axes can't be matched. */
function filled(taken: readonly (number | string | null)[], stored: readonly number[]): number[] | null {
  if (taken.every((size) => typeof size === 'number')) return [...taken] as number[];
  return taken.length === stored.length
    ? taken.map((size, axis) => (typeof size === 'number' ? size : stored[axis]!))
    : null;
}

function hint(stored: readonly number[], taken: readonly (number | string | null)[]): string {
  const [channels, height, width] = stored;
  const swapped = stored.length === 3 && taken.length === 3;
  if (swapped && taken[2] === channels && taken[0] === height && taken[1] === width) return say('importAsNhwc');
  if (swapped && taken[0] === stored[2] && taken[1] === channels && taken[2] === height) return say('importAsNchw');
  return say('importForShape');
}

function outputWarning(
  judged: KnownDataset['detail']['judged'],
  outputs: readonly TensorInfo[],
  model: string,
): string | null {
  if (judged?.kind === 'boxes') {
    const missing = Object.values(judged.outputs).filter((wanted) => !outputs.some(({ name }) => name === wanted));
    if (missing.length === 0) return null;
    return say('outputsOfBoxesMissing', { model, outputs: missing.map((name) => `"${name}"`).join(', ') });
  }
  if (judged?.kind !== 'classes') return null;
  const scores = outputs.find(({ name, shape }) =>
    judged.output === undefined ? shape?.length === 2 : name === judged.output,
  );
  const classes = scores?.shape?.[1];
  if (scores === undefined) return say('outputOfScoresMissing', { model });
  if (typeof classes !== 'number' || classes === judged.classNames.length) return null;
  return say('scoresOtherClasses', { model, classes, named: judged.classNames.length });
}

/** Which concrete shape each input of a model takes at a batch size, or why it can't take that batch. */
import type { DatasetTensor } from '../../../shared/dataset.ts';
import type { Dimension, TensorInfo } from '../../../shared/model.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';
import { sensibleShapes } from '../graph/sensible-shapes.ts';

export interface ShapeRequest {
  readonly modelName: string;
  readonly inputs: readonly TensorInfo[];
  readonly batchSize: number;
  /** The specification's `inputShapes`. */
  readonly given: SweepSpecification['inputShapes'];
  /** What the dataset feeds. */
  readonly dataset: DatasetShape | null;
  /** A recipe will let the model take any batch. */
  readonly batchBecomesDynamic: boolean;
}

export interface DatasetShape {
  readonly name: string;
  /** Shapes are without the axis of the examples; an input without a name is the first that nothing else feeds. */
  readonly inputs: readonly Pick<DatasetTensor, 'inputName' | 'shape'>[];
  readonly constants: Readonly<Record<string, number>>;
}

export type ShapeDecision =
  | {
      readonly possible: true;
      readonly shapes: Record<string, number[]>;
      /** Inputs whose dynamic sizes nobody stated. */
      readonly chosen: readonly string[];
    }
  | { readonly possible: false; readonly reason: string; readonly cure: string };

/** Shapes from the specification, else from the dataset, else sensible ones; refused where they contradict the model. */
export function decideShapes(request: ShapeRequest): ShapeDecision {
  const { inputs, batchSize, given } = request;
  const stated = statedShapes(request);
  const fromData = fedShapes(request);
  const sensible = sensibleShapes(inputs, { ...fromData, ...stated }, batchSize);
  const shapes: Record<string, number[]> = {};
  const chosen: string[] = [];
  for (const [index, input] of inputs.entries()) {
    const fixed = fixedBatchOf(request, input, index === 0);
    if (fixed !== null && fixed !== batchSize) return fixedBatch(request, fixed);
    const shape = rebatched(request, sensible[input.name] ?? []);
    if (!fits(shape, input, request.batchBecomesDynamic)) {
      return given?.[input.name] === undefined ? unfitDataset(request, input) : unfitShape(request, input, shape);
    }
    const isSettled = stated[input.name] !== undefined || fromData[input.name] !== undefined;
    if (!isSettled && hasUnknownSizes(input, index === 0)) chosen.push(input.name);
    shapes[input.name] = shape;
  }
  return batchReachesInputs(request, shapes) ? { possible: true, shapes, chosen } : batchNotStated(request);
}

/** The shapes of the inputs that the dataset feeds, at the batch size. */
function fedShapes({ inputs, batchSize, dataset }: ShapeRequest): Record<string, number[]> {
  if (dataset === null) return {};
  const named = new Set([...dataset.inputs.map(({ inputName }) => inputName), ...Object.keys(dataset.constants)]);
  const free = inputs.filter(({ name }) => !named.has(name));
  const fed = dataset.inputs.flatMap(({ inputName, shape }) => {
    const input = inputName === null ? free.shift() : inputs.find(({ name }) => name === inputName);
    return input === undefined
      ? []
      : [[input.name, [batchSize, ...withRankOf(input, shape)]] satisfies [string, number[]]];
  });
  return Object.fromEntries(fed);
}

/** An example's shape with the input's axes of size 1 added or left out, where that is all they differ by. */
function withRankOf({ shape: taken }: TensorInfo, stored: readonly number[]): readonly number[] {
  if (taken === null || taken.length === stored.length + 1) return stored;
  const sizes = stored.filter((size) => size !== 1);
  const fitted = taken.slice(1).map((size) => (size === 1 ? 1 : (sizes.shift() ?? 1)));
  return sizes.length === 0 ? fitted : stored;
}

function statedShapes({ inputs, given, batchSize }: ShapeRequest): Readonly<Record<string, readonly number[]>> {
  const stated = inputs.flatMap(({ name }) => {
    const shape = given?.[name];
    return shape === undefined ? [] : [[name, shape.map((size) => (size === 'batch' ? batchSize : size))] as const];
  });
  return Object.fromEntries(stated);
}

/** The batch that the model itself prescribes, or null: the first axis of its first input, or of one whose stated shape begins with `batch`. */
function fixedBatchOf(
  { given, batchBecomesDynamic }: ShapeRequest,
  input: TensorInfo,
  isFirst: boolean,
): number | null {
  const stated = given?.[input.name];
  const holdsBatch = stated === undefined ? isFirst : stated[0] === 'batch';
  const first = input.shape?.[0];
  return holdsBatch && !batchBecomesDynamic && typeof first === 'number' ? first : null;
}

/** A fixed batch gives way where a recipe will make it dynamic. */
function rebatched({ inputs, batchSize, batchBecomesDynamic }: ShapeRequest, shape: readonly number[]): number[] {
  const batch = inputs[0]?.shape?.[0];
  return batchBecomesDynamic && typeof batch === 'number' && shape[0] === batch
    ? [batchSize, ...shape.slice(1)]
    : [...shape];
}

function fits(shape: readonly number[], input: TensorInfo, anyBatch: boolean): boolean {
  if (input.shape === null) return true;
  if (input.shape.length !== shape.length) return false;
  return input.shape.every(
    (size, axis) => typeof size !== 'number' || size === shape[axis] || (anyBatch && axis === 0),
  );
}

/** Whether the batch size stands in some input, so that throughput counts what was really computed. */
function batchReachesInputs(
  { inputs, given, batchSize }: ShapeRequest,
  shapes: Readonly<Record<string, readonly number[]>>,
): boolean {
  if (batchSize === 1) return true;
  const first = inputs[0];
  if (first === undefined) return false;
  return shapes[first.name]?.[0] === batchSize || inputs.some(({ name }) => given?.[name]?.includes('batch'));
}

function hasUnknownSizes({ shape }: TensorInfo, firstIsBatch: boolean): boolean {
  if (shape === null) return true;
  return shape.some((size, axis) => typeof size !== 'number' && !(firstIsBatch && axis === 0));
}

const declaredText = (shape: readonly Dimension[] | null): string =>
  shape === null ? 'an unknown shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`;

const fixedBatch = ({ modelName, batchSize }: ShapeRequest, size: number): ShapeDecision => ({
  possible: false,
  reason: say('fixedBatch', { model: modelName, fixed: size, batch: batchSize }),
  cure: say('applyDynamicBatch'),
});

const unfitShape = ({ modelName }: ShapeRequest, input: TensorInfo, shape: readonly number[]): ShapeDecision => ({
  possible: false,
  reason: say('unfitShape', {
    ...{ input: input.name, model: modelName },
    ...{ taken: declaredText(input.shape), shape: `[${shape.join(', ')}]` },
  }),
  cure: say('correctShapes'),
});

const unfitDataset = (request: ShapeRequest, input: TensorInfo): ShapeDecision => ({
  possible: false,
  reason: say('unfitDataset', {
    ...{ input: input.name, model: request.modelName, taken: declaredText(input.shape) },
    dataset: request.dataset?.name ?? 'the dataset',
    shape: `[${(fedShapes(request)[input.name] ?? []).join(', ')}]`,
  }),
  cure: say('otherDataset'),
});

const batchNotStated = ({ modelName, batchSize, inputs }: ShapeRequest): ShapeDecision => ({
  possible: false,
  reason: say('noPlaceForBatch', { model: modelName, batch: batchSize }),
  cure: say('writeBatch', { example: `{ ${inputs[0]?.name ?? 'input'}: [batch, 3, 224, 224] }` }),
});

/** A dataset as batches of a model's inputs, one batch in memory at a time. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { DatasetFiles, DatasetInput, Normalization, TensorValue, TensorValues } from '../ports.ts';
import { fillValues, makeValues } from './element-types.ts';
import { createNormalizer } from './normalize-values.ts';
import type { WriteNormalized } from './normalize-values.ts';
import { openNpy } from './npy.ts';
import type { NpyFile } from './npy.ts';

/** What the model's input takes. */
export interface InputSlot {
  readonly name: string;
  readonly elementType: string;
  /** Concrete; the first axis is the batch. */
  readonly shape: readonly number[];
}

export interface DatasetBatch {
  /** By input name: those that the dataset feeds, and its constants. */
  readonly inputs: Readonly<Record<string, TensorValue>>;
  /** How many of its examples are real; the last batch is filled up with its last example. */
  readonly real: number;
  /** Index of its first example. */
  readonly first: number;
}

export interface Dataset {
  readonly name: string;
  readonly exampleCount: number;
  readonly batchSize: number;
  /** Batches that hold all examples; the last may be padded. */
  readonly batchCount: number;
  /** Inputs that each batch gives. */
  readonly inputNames: readonly string[];
  readonly batch: (index: number) => Promise<DatasetBatch>;
  readonly close: () => Promise<void>;
}

/** Opens a dataset for a model's inputs. Raises `invalid-dataset` where it doesn't fit. */
export async function openDataset(files: DatasetFiles, slots: readonly InputSlot[]): Promise<Dataset> {
  const opened: NpyFile[] = [];
  const close = async (): Promise<void> => {
    for (const file of opened) await file.close();
  };
  try {
    const feeds: OpenInput[] = [];
    for (const { input, slot } of assignSlots(files, slots)) {
      const file = await openNpy(input.path);
      opened.push(file);
      feeds.push(openInput(files, input, slot, file));
    }
    return { ...describe(files, slots, feeds), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The batches in their order; each is read while the one before it is worked on. */
export async function* batchesOf({ batch, batchCount }: Dataset): AsyncGenerator<DatasetBatch> {
  let next: Promise<DatasetBatch> | null = batchCount > 0 ? batch(0) : null;
  try {
    for (let index = 1; next !== null; index += 1) {
      const current: DatasetBatch = await next;
      next = index < batchCount ? batch(index) : null;
      // A failure is told when its turn comes.
      next?.catch(() => undefined);
      yield current;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}

/** Which model input each of the dataset's tensors feeds. Raises `invalid-dataset`. */
export function assignSlots<Slot extends { readonly name: string }>(
  { name: dataset, inputs, constants }: Pick<DatasetFiles, 'name' | 'inputs' | 'constants'>,
  slots: readonly Slot[],
): { readonly input: DatasetInput; readonly slot: Slot }[] {
  const named = new Set([...inputs.map(({ inputName }) => inputName), ...Object.keys(constants)]);
  const free = slots.filter(({ name }) => !named.has(name));
  const list = slots.map(({ name }) => `"${name}"`).join(', ');
  return inputs.map((input) => {
    const slot = input.inputName === null ? free.shift() : slots.find(({ name }) => name === input.inputName);
    if (slot !== undefined) return { input, slot };
    throw unfit(
      input.inputName === null
        ? say('feedsInputTooMany', { dataset, inputs: list })
        : say('feedsNoSuchInput', { dataset, input: input.inputName, inputs: list }),
    );
  });
}

/** Sizes that say something: a gray picture may come with an axis of one channel or without. */
const meaningful = (shape: readonly number[]): string => shape.filter((size) => size !== 1).join(',');

/** Whether examples can be fed to an input that takes examples of the other shape; a flat list of values fits any of its length. */
export function shapesAgree(stored: readonly number[], taken: readonly number[]): boolean {
  const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);
  if (product(stored) !== product(taken)) return false;
  return stored.length === 1 || taken.length === 1 || meaningful(stored) === meaningful(taken);
}

interface OpenInput {
  readonly slot: InputSlot;
  readonly file: NpyFile;
  readonly write: WriteNormalized;
  /** Raises `invalid-dataset` where stored values are not of the input's type. */
  readonly check: (stored: TensorValues) => void;
}

function openInput(files: DatasetFiles, { normalization }: DatasetInput, slot: InputSlot, file: NpyFile): OpenInput {
  const stored = file.shape.slice(1);
  const taken = slot.shape.slice(1);
  if (file.rowCount === 0) throw unfit(say('datasetEmpty', { dataset: files.name }));
  if (!shapesAgree(stored, taken)) {
    throw unfit(
      say('datasetShapeUnfit', {
        ...{ dataset: files.name, stored: stored.join(', ') },
        ...{ input: slot.name, taken: taken.join(', ') },
      }),
    );
  }
  if (makeValues(slot.elementType, 0) === null) {
    throw unfit(say('datasetTypeUnfit', { dataset: files.name, input: slot.name, type: slot.elementType }));
  }
  return {
    ...{ slot, file, write: createNormalizer(normalization, stored) },
    check: isFloat(file.elementType) && !isFloat(slot.elementType) ? wholeOnly(files, slot, normalization) : () => {},
  };
}

const isFloat = (elementType: string): boolean => elementType.startsWith('float');

/** Fractions are rounded only where a normalization turns them into whole numbers; NaN has none. */
function wholeOnly(
  files: DatasetFiles,
  { name, elementType }: InputSlot,
  { scale, deviation }: Normalization,
): (stored: TensorValues) => void {
  const isScaled = scale !== 1 || deviation.some((value) => value !== 1);
  return (stored) => {
    const wrong = stored.find((value) => (isScaled ? !Number.isFinite(value) : !Number.isInteger(value)));
    if (wrong === undefined) return;
    throw unfit(say('datasetNotWhole', { dataset: files.name, value: String(wrong), input: name, type: elementType }));
  };
}

function describe(
  files: DatasetFiles,
  slots: readonly InputSlot[],
  feeds: readonly OpenInput[],
): Omit<Dataset, 'close'> {
  const [first] = feeds;
  if (first === undefined) throw unfit(say('datasetFeedsNothing', { dataset: files.name }));
  const exampleCount = first.file.rowCount;
  const batchSize = first.slot.shape[0] ?? 1;
  const other = feeds.find(({ file, slot }) => file.rowCount !== exampleCount || (slot.shape[0] ?? 1) !== batchSize);
  if (other !== undefined) {
    throw unfit(
      say('datasetUneven', {
        ...{ dataset: files.name, examples: exampleCount, input: first.slot.name, batch: batchSize },
        ...{ others: other.file.rowCount, other: other.slot.name, otherBatch: other.slot.shape[0] ?? 1 },
      }),
    );
  }
  const constants = constantTensors(files, slots);
  return {
    name: files.name,
    exampleCount,
    batchSize,
    batchCount: Math.ceil(exampleCount / batchSize),
    inputNames: [...feeds.map(({ slot }) => slot.name), ...Object.keys(constants)],
    batch: async (index) => {
      const from = index * batchSize;
      const real = Math.min(batchSize, exampleCount - from);
      const tensors = await Promise.all(
        feeds.map(async (feed) => [feed.slot.name, await readBatch(feed, from, real)] as const),
      );
      return { inputs: { ...constants, ...Object.fromEntries(tensors) }, real, first: from };
    },
  };
}

async function readBatch({ slot, file, write, check }: OpenInput, from: number, real: number): Promise<TensorValue> {
  const { elementType, shape } = slot;
  const length = file.rowLength;
  const batchSize = shape[0] ?? 1;
  const values = makeValues(elementType, batchSize * length)!;
  const stored = await file.readRows(from, real);
  check(stored);
  write(stored, values);
  for (let row = real; row < batchSize; row += 1) values.copyWithin(row * length, (real - 1) * length, real * length);
  return { elementType, shape, values };
}

/** Those of the dataset's constants that the model takes. */
function constantTensors(files: DatasetFiles, slots: readonly InputSlot[]): Record<string, TensorValue> {
  const fed = slots.flatMap(({ name, elementType, shape }) => {
    const value = files.constants[name];
    if (value === undefined) return [];
    const values = makeValues(
      elementType,
      shape.reduce((product, size) => product * size, 1),
    );
    if (values === null) throw unfit(say('datasetTypeUnfit', { dataset: files.name, input: name, type: elementType }));
    fillValues(values, () => value);
    return [[name, { elementType, shape, values }] as const];
  });
  return Object.fromEntries(fed);
}

const unfit = (message: string): CrivoError => new CrivoError('invalid-dataset', message);

/** What a cell runs on: batches of a dataset, or random values, all in memory before anything is timed. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { CrivoError } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { openDataset } from '../engine/accuracy/dataset.ts';
import type { Dataset, InputSlot } from '../engine/accuracy/dataset.ts';
import { fillValues, makeValues } from '../engine/accuracy/element-types.ts';
import { seededRandom } from '../engine/measure/seeded-random.ts';
import type { Random } from '../engine/measure/seeded-random.ts';
import { randomElement } from '../engine/measure/random-inputs.ts';
import type { CellRequest, DatasetFiles, TensorValue } from '../engine/ports.ts';
import { describeValues, nativeTensor } from './session.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

export interface CellInputs {
  readonly slots: readonly InputSlot[];
  /** Distinct inputs that are taken in turn. */
  readonly feeds: readonly Feeds[];
  /** Inputs that the dataset doesn't give, or all. */
  readonly fixed: Feeds;
  readonly dataset: Dataset | null;
  /** Of the dataset. */
  readonly files: DatasetFiles | null;
  /** In words, for the record. */
  readonly source: string;
}

/** Enough that no cache or branch predictor learns one input by heart. */
const mostDistinct = 16;
const mostBytes = 64e6;

/** Raises `invalid-input` (a shape is missing), `invalid-dataset`, `invalid-model` (an element type that can't be fed). */
export async function prepareInputs(session: InferenceSession, request: CellRequest): Promise<CellInputs> {
  const slots = inputSlots(session, request);
  const random = seededRandom(request.seed);
  const bytes = slots.reduce((sum, slot) => sum + 8 * elementCount(slot), 0);
  const distinct = Math.max(1, Math.min(mostDistinct, Math.floor(mostBytes / bytes)));
  if (request.dataset === null) {
    const feeds = Array.from({ length: distinct }, () => randomFeeds(slots, random));
    return {
      slots,
      feeds,
      fixed: feeds[0]!,
      dataset: null,
      files: null,
      source: say('randomInputs', { seed: request.seed }),
    };
  }
  const dataset = await openDataset(request.dataset, slots);
  const others = slots.filter(({ name }) => !dataset.inputNames.includes(name));
  const fixed = randomFeeds(others, random);
  const feeds: Feeds[] = [];
  for (let index = 0; index < Math.min(distinct, dataset.batchCount); index += 1) {
    const { inputs } = await dataset.batch(index);
    feeds.push({ ...fixed, ...nativeFeeds(inputs) });
  }
  const source =
    others.length === 0
      ? say('datasetInputs', { dataset: dataset.name })
      : say('datasetAndRandomInputs', { dataset: dataset.name, seed: request.seed });
  return { slots, feeds, fixed, dataset, files: request.dataset, source };
}

/** Tensors as ONNX Runtime takes them; the values are shared. */
export const nativeFeeds = (inputs: Readonly<Record<string, TensorValue>>): Feeds =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, nativeTensor(value)]));

/** The inputs with the concrete shapes that the cell asks for. */
function inputSlots(session: InferenceSession, { cell }: CellRequest): InputSlot[] {
  return describeValues(session.inputMetadata).map(({ name, elementType, shape: declared }) => {
    const shape = cell.inputShapes[name] ?? declared;
    const sizes = shape.filter((size) => typeof size === 'number');
    if (sizes.length !== shape.length) {
      throw new CrivoError(
        'invalid-input',
        say('shapeDynamic', { input: name, shape: declared.map((size) => size ?? '?').join(', ') }),
      );
    }
    if (makeValues(elementType, 0) === null) {
      throw new CrivoError('invalid-model', say('typeNotFed', { input: name, type: elementType }));
    }
    return { name, elementType, shape: sizes };
  });
}

const elementCount = ({ shape }: InputSlot): number => shape.reduce((product, size) => product * size, 1);

const randomFeeds = (slots: readonly InputSlot[], random: Random): Feeds =>
  Object.fromEntries(slots.map((slot) => [slot.name, nativeTensor(randomTensor(slot, random))]));

function randomTensor(slot: InputSlot, random: Random): TensorValue {
  const values = makeValues(slot.elementType, elementCount(slot))!;
  fillValues(values, randomElement(slot, random));
  return { elementType: slot.elementType, shape: slot.shape, values };
}

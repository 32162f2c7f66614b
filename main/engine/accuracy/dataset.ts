/** A dataset as batches of one model input. */
import { CrivoError } from '../../../shared/errors.ts';
import type { DatasetFiles, TensorValue } from '../ports.ts';
import { copyScaled, makeValues } from './element-types.ts';
import { openNpy } from './npy.ts';
import type { NpyFile } from './npy.ts';

/** What the model's input takes. */
export interface InputSlot {
  readonly name: string;
  readonly elementType: string;
  /** Concrete; the first axis is the batch. */
  readonly shape: readonly number[];
}

export interface Dataset {
  readonly name: string;
  readonly slot: InputSlot;
  readonly exampleCount: number;
  /** Batches that hold all examples; the last may be padded. */
  readonly batchCount: number;
  /** The batch and how many of its examples are real; the last batch is filled up with its last example. */
  readonly batch: (
    index: number,
  ) => Promise<{ readonly input: TensorValue; readonly real: number; readonly first: number }>;
  /** Class of each example, or null where the dataset has none. */
  readonly labels: () => Promise<Int32Array | null>;
  readonly close: () => Promise<void>;
}

/** Opens a dataset for an input of a model. Raises `invalid-dataset` where it doesn't fit. */
export async function openDataset(files: DatasetFiles, slots: readonly InputSlot[]): Promise<Dataset> {
  const slot = findSlot(files, slots);
  const inputs = await openNpy(files.inputsPath);
  try {
    return describe(files, slot, inputs);
  } catch (error) {
    await inputs.close();
    throw error;
  }
}

function findSlot(files: DatasetFiles, slots: readonly InputSlot[]): InputSlot {
  const found = files.inputName === null ? slots[0] : slots.find(({ name }) => name === files.inputName);
  if (found !== undefined && (files.inputName !== null || slots.length === 1)) return found;
  const names = slots.map(({ name }) => `"${name}"`).join(', ');
  const wanted = files.inputName === null ? 'feeds the only input' : `feeds the input "${files.inputName}"`;
  throw new CrivoError(
    'invalid-dataset',
    `The dataset ${files.name} ${wanted}, but the model's inputs are ${names}; name one of them in the dataset.`,
  );
}

function describe(files: DatasetFiles, slot: InputSlot, inputs: NpyFile): Dataset {
  const [batchSize = 1, ...exampleShape] = slot.shape;
  const exampleLength = exampleShape.reduce((product, size) => product * size, 1);
  if (inputs.rowCount === 0) throw unfit(files, 'holds no examples; import one that does');
  if (inputs.rowLength !== exampleLength) {
    throw unfit(
      files,
      `has examples of the shape [${inputs.shape.slice(1).join(', ')}], but the model's input "${slot.name}" takes [${exampleShape.join(', ')}]; choose another dataset`,
    );
  }
  if (makeValues(slot.elementType, 0) === null) {
    throw unfit(files, `can't be given to the model's input "${slot.name}", which takes ${slot.elementType}`);
  }
  return {
    name: files.name,
    slot,
    exampleCount: inputs.rowCount,
    batchCount: Math.ceil(inputs.rowCount / batchSize),
    batch: async (index) => {
      const first = index * batchSize;
      const real = Math.min(batchSize, inputs.rowCount - first);
      const rows = await inputs.readRows(first, real);
      const values = makeValues(slot.elementType, batchSize * exampleLength)!;
      copyScaled(rows, files.scale, values, 0);
      for (let row = real; row < batchSize; row += 1) {
        values.copyWithin(row * exampleLength, (real - 1) * exampleLength, real * exampleLength);
      }
      return { input: { elementType: slot.elementType, shape: slot.shape, values }, real, first };
    },
    labels: () => readLabels(files, inputs.rowCount),
    close: inputs.close,
  };
}

async function readLabels(files: DatasetFiles, exampleCount: number): Promise<Int32Array | null> {
  if (files.labelsPath === null) return null;
  const file = await openNpy(files.labelsPath);
  try {
    if (file.rowCount !== exampleCount || file.rowLength !== 1) {
      throw unfit(
        files,
        `has ${exampleCount} examples but labels of the shape [${file.shape.join(', ')}]; give one label for each`,
      );
    }
    return Int32Array.from((await file.readRows(0, file.rowCount)) as ArrayLike<number | bigint>, Number);
  } finally {
    await file.close();
  }
}

const unfit = (files: DatasetFiles, what: string): CrivoError =>
  new CrivoError('invalid-dataset', `The dataset ${files.name} ${what}.`);

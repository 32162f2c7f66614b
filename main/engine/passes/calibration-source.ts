/** A dataset's files as real inputs for a graph, read as they are needed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { openDataset } from '../accuracy/dataset.ts';
import { makeValues } from '../accuracy/element-types.ts';
import type { InputSlot } from '../accuracy/dataset.ts';
import { openNpy } from '../accuracy/npy.ts';
import type { Graph } from '../graph/graph.ts';
import { tensorInfoOf } from '../onnx/value-info.ts';
import type { DatasetFiles, TensorValues } from '../ports.ts';
import type { CalibrationSource, Feeds } from './pass.ts';

/** The part of a dataset that is set aside for calibration, or all of it. */
export const calibrationPathOf = (files: DatasetFiles): string => files.calibrationPath ?? files.inputsPath;

/** SHA-256 (hex) of what calibration sees of a dataset: the file and its scale. Raises `invalid-dataset` where it can't be read. */
export async function calibrationSha256(files: DatasetFiles): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([files.scale, files.inputName]));
  const path = calibrationPathOf(files);
  await pipeline(createReadStream(path), hash, { end: false }).catch((cause: NodeJS.ErrnoException) => {
    throw new CrivoError(
      'invalid-dataset',
      `The dataset ${files.name} can't be read: ${path} ${cause.code === 'ENOENT' ? 'is missing' : `was refused (${cause.code})`}; put the file back or choose another dataset.`,
      { cause },
    );
  });
  return hash.digest('hex');
}

/** Fits the dataset to a graph's input. Raises `invalid-dataset` where it can't be. */
export async function calibrationSource(files: DatasetFiles, graph: Graph): Promise<CalibrationSource> {
  const stored = { ...files, inputsPath: calibrationPathOf(files), labelsPath: null };
  const npy = await openNpy(stored.inputsPath);
  const exampleShape = npy.shape.slice(1);
  await npy.close();
  const slots = (batchSize: number): InputSlot[] =>
    graph.inputs
      .filter(({ name }) => graph.isInput(name))
      .map((info) => {
        const { name, elementType, shape } = tensorInfoOf(info);
        return { name, elementType, shape: concreteShape(shape, batchSize, exampleShape) };
      });
  const { exampleCount, close } = await openDataset(stored, slots(1));
  await close();
  return {
    name: files.name,
    count: exampleCount,
    sha256: await calibrationSha256(files),
    feeds: async function* ({ batchSize = 1, limit = Infinity } = {}): AsyncGenerator<Feeds> {
      const dataset = await openDataset(stored, slots(batchSize));
      try {
        const fixed = dataset.slot.shape[0] ?? 1;
        const whole = Math.floor(Math.min(limit, exampleCount) / fixed);
        for (let index = 0; index < whole; index += 1) {
          const { input } = await dataset.batch(index);
          refuseNotFinite(files.name, input.values, index * fixed);
          yield { [dataset.slot.name]: input };
        }
      } finally {
        await dataset.close();
      }
    },
  };
}

/** A fixed batch stays; other sizes that the model leaves open are those of the examples. */
function concreteShape(
  declared: readonly (number | string | null)[] | null,
  batchSize: number,
  exampleShape: readonly number[],
): readonly number[] {
  if (declared === null) return [batchSize, ...exampleShape];
  return declared.map((size, axis) => {
    if (typeof size === 'number') return size;
    return axis === 0 ? batchSize : (exampleShape[axis - 1] ?? 1);
  });
}

function refuseNotFinite(name: string, values: TensorValues, first: number): void {
  if (makeValues('float32', 0)?.constructor !== values.constructor) return;
  for (const value of values as Float32Array) {
    if (Number.isFinite(value)) continue;
    throw new CrivoError(
      'invalid-dataset',
      `The dataset ${name} holds NaN or infinite values near example ${first + 1}; clean it and try again.`,
    );
  }
}

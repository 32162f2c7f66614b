/** A dataset's files as real inputs for a graph, read as they are needed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CrivoError } from '../../../shared/errors.ts';
import type { TensorInfo } from '../../../shared/model.ts';
import { assignSlots, openDataset } from '../accuracy/dataset.ts';
import type { InputSlot } from '../accuracy/dataset.ts';
import { openNpy } from '../accuracy/npy.ts';
import type { Graph } from '../graph/graph.ts';
import { sensibleShapes } from '../graph/sensible-shapes.ts';
import { tensorInfoOf } from '../onnx/value-info.ts';
import type { DatasetFiles, TensorValues } from '../ports.ts';
import { canonicalJson } from '../store/canonical-json.ts';
import type { CalibrationSource, Feeds } from './pass.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** The part of a dataset that is set aside for calibration, or all of it. */
const calibrationFiles = (files: DatasetFiles): DatasetFiles => ({
  ...files,
  inputs: files.calibration ?? files.inputs,
  target: null,
});

/** SHA-256 (hex) of what calibration sees of a dataset: values, normalization, constants. Raises `invalid-dataset` where it can't be read. */
export async function calibrationSha256(files: DatasetFiles): Promise<string> {
  const hash = createHash('sha256').update(canonicalJson(files.constants));
  for (const { inputName, path, sha256, normalization } of calibrationFiles(files).inputs) {
    hash.update(canonicalJson([inputName, normalization, sha256 ?? (await sha256Of(files, path))]));
  }
  return hash.digest('hex');
}

async function sha256Of(files: DatasetFiles, path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { end: false }).catch((cause: NodeJS.ErrnoException) => {
    throw new CrivoError(
      'invalid-dataset',
      cause.code === 'ENOENT'
        ? say('calibrationMissing', { dataset: files.name, path })
        : say('calibrationRefused', { dataset: files.name, path, code: String(cause.code) }),
      { cause },
    );
  });
  return hash.digest('hex');
}

/** Fits the dataset to a graph's input. Raises `invalid-dataset` where it can't be. */
export async function calibrationSource(files: DatasetFiles, graph: Graph): Promise<CalibrationSource> {
  const stored = calibrationFiles(files);
  const infos = graph.inputs.filter(({ name }) => graph.isInput(name)).map(tensorInfoOf);
  const shapes = await exampleShapes(stored, infos);
  const slots = (batchSize: number): InputSlot[] => {
    const fed = Object.fromEntries(
      infos.flatMap(({ name, shape }) => {
        const example = shapes.get(name);
        return example === undefined ? [] : [[name, concreteShape(shape, batchSize, example)]];
      }),
    );
    const sensible = sensibleShapes(infos, fed, batchSize);
    return infos.map(({ name, elementType }) => ({ name, elementType, shape: sensible[name] ?? [] }));
  };
  const { exampleCount, close } = await openDataset(stored, slots(1));
  await close();
  return {
    name: files.name,
    count: exampleCount,
    sha256: await calibrationSha256(files),
    feeds: async function* ({ batchSize = 1, limit = Infinity } = {}): AsyncGenerator<Feeds> {
      // Fewer examples than a batch are a batch of their own, rather than none.
      const dataset = await openDataset(stored, slots(Math.max(1, Math.min(batchSize, limit, exampleCount))));
      try {
        const fixed = dataset.batchSize;
        const whole = Math.floor(Math.min(limit, exampleCount) / fixed);
        for (let index = 0; index < whole; index += 1) {
          const { inputs } = await dataset.batch(index);
          for (const { values } of Object.values(inputs)) refuseNotFinite(files.name, values, index * fixed);
          yield inputs;
        }
      } finally {
        await dataset.close();
      }
    },
  };
}

/** The shape of an example by the input that it feeds. */
async function exampleShapes(
  files: DatasetFiles,
  inputs: readonly TensorInfo[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const shapes = new Map<string, readonly number[]>();
  for (const { input, slot } of assignSlots(files, inputs)) {
    const npy = await openNpy(input.path);
    shapes.set(slot.name, npy.shape.slice(1));
    await npy.close();
  }
  return shapes;
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
  if (!(values instanceof Float32Array || values instanceof Float64Array || values instanceof Float16Array)) return;
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new CrivoError('invalid-dataset', say('calibrationNaN', { dataset: name, example: first + 1 }));
  }
}

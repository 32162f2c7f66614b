/** NumPy arrays: .npy files, or the arrays of an .npz. */
import { basename } from 'node:path';
import type { ImportRequest, JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { TensorValues } from '../../ports.ts';
import { openNpy } from '../npy.ts';
import type { NpyFile } from '../npy.ts';
import { unpackNpz } from './npz.ts';
import type { ExampleSource, RawExample, RawLabel } from './source.ts';

interface NamedArray {
  /** '' feeds the first input. */
  readonly name: string;
  readonly path: string;
}

const isLabels = (name: string): boolean => /^(y|labels?|targets?|y_test|classes)$/i.test(name);
/** Names that say nothing of a model's input. */
const isPlain = (name: string): boolean => /^(x|x_test|data|images?|inputs?|arr_0|features|samples)$/i.test(name);
const rowsAtOnce = 64;

/** @param folder for the arrays of an .npz */
export async function arraySource(
  paths: readonly string[],
  request: ImportRequest,
  folder: string,
): Promise<ExampleSource> {
  const arrays: NamedArray[] = [];
  for (const path of paths) {
    if (/\.npz$/i.test(path)) arrays.push(...(await unpackNpz(path, folder)));
    else arrays.push({ name: basename(path).replace(/\.npy$/i, ''), path });
  }
  const labelArray =
    request.labels === undefined ? arrays.find(({ name }) => isLabels(name)) : { name: 'labels', path: request.labels };
  const inputs = arrays.filter((array) => array !== labelArray && array.path !== labelArray?.path);
  if (inputs.length === 0) throw new CrivoError('invalid-dataset', say('noArrays'));
  const named = inputs.map(({ name, path }) => ({
    path,
    name: inputs.length === 1 ? (request.inputName ?? (isPlain(name) || !/\.npz$/i.test(paths[0]!) ? '' : name)) : name,
  }));
  const sizes = await Promise.all([...named, ...(labelArray === undefined ? [] : [labelArray])].map(rowsOf));
  const [count = 0] = sizes;
  const other = sizes.findIndex((size) => size !== count);
  if (other >= 0) {
    const counts = { count, others: sizes[other]! };
    throw new CrivoError(
      'invalid-dataset',
      other < named.length
        ? say('arrayOfUneven', { ...counts, input: named[other]!.name })
        : say('labelArrayUneven', counts),
    );
  }
  const labels = labelArray === undefined ? null : await labelsOf(labelArray.path, request);
  return {
    media: 'numbers',
    found: count,
    task: labels?.task ?? null,
    notes: [],
    examples: () => rows(named, labels, count),
  };
}

async function rowsOf({ path }: { readonly path: string }): Promise<number> {
  const file = await openNpy(path);
  await file.close();
  return file.rowCount;
}

interface ArrayLabels {
  readonly path: string;
  readonly task: JudgedTask;
}

const isWhole = (elementType: string): boolean => /^(u?int|bool)/.test(elementType);

/** Whole numbers, one for each example, are classes; anything else are values. */
async function labelsOf(path: string, { task }: ImportRequest): Promise<ArrayLabels> {
  const file = await openNpy(path);
  try {
    if (task === 'values' || file.rowLength !== 1 || !isWhole(file.elementType))
      return { path, task: { kind: 'values' } };
    const values = Array.from((await file.readRows(0, file.rowCount)) as ArrayLike<number | bigint>, Number);
    const most = values.reduce((largest, value) => Math.max(largest, value), 0);
    if (most >= 100_000) return { path, task: { kind: 'values' } };
    const classNames = Array.from({ length: most + 1 }, (_, index) => String(index));
    return { path, task: { kind: task === 'embeddings' ? 'embeddings' : 'classes', classNames } };
  } finally {
    await file.close();
  }
}

async function* rows(
  inputs: readonly NamedArray[],
  labels: ArrayLabels | null,
  count: number,
): AsyncGenerator<RawExample> {
  const files: NpyFile[] = [];
  try {
    for (const { path } of inputs) files.push(await openNpy(path));
    const labelFile = labels === null ? null : await openNpy(labels.path);
    if (labelFile !== null) files.push(labelFile);
    for (let from = 0; from < count; from += rowsAtOnce) {
      const here = Math.min(rowsAtOnce, count - from);
      const chunks = await Promise.all(files.map((file) => file.readRows(from, here)));
      for (let row = 0; row < here; row += 1) {
        const at = (index: number): TensorValues => {
          const length = files[index]!.rowLength;
          return chunks[index]!.slice(row * length, (row + 1) * length) as TensorValues;
        };
        const tensors = inputs.map(({ name }, index) => {
          const { elementType, shape } = files[index]!;
          return [name, { elementType, shape: shape.slice(1), values: at(index) }] as const;
        });
        const label =
          labels === null || labelFile === null
            ? null
            : labelOf(labels.task, at(inputs.length), labelFile.shape.slice(1));
        yield { kind: 'tensors', source: `row ${from + row + 1}`, tensors: Object.fromEntries(tensors), label };
      }
    }
  } finally {
    for (const file of files) await file.close();
  }
}

const labelOf = (task: JudgedTask, values: TensorValues, shape: readonly number[]): RawLabel =>
  task.kind === 'values' ? { kind: 'values', values, shape } : { kind: 'class', index: Number(values[0]) };

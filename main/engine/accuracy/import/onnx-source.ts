/** ONNX's test data: folders `test_data_set_*` with `input_*.pb` and `output_*.pb`, each a TensorProto. */
import { fromBinary } from '@bufbuild/protobuf';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { TensorProtoSchema } from '../../onnx/proto.ts';
import { checkTensor, elementTypeName, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import type { TensorValue, TensorValues } from '../../ports.ts';
import type { FoundFile } from './find-files.ts';
import type { ExampleSource, RawExample } from './source.ts';

export const isTestData = ({ path }: FoundFile): boolean => /[\\/](input|output)_\d+\.pb$/i.test(path);

interface TestSet {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface NamedTensor extends TensorValue {
  readonly name: string;
}

const largestTensor = 1e9;

/** The first axis of a set's first input is its examples; inputs without it are constants if all their values are equal. */
export async function onnxSource(files: readonly FoundFile[]): Promise<ExampleSource> {
  const sets = groupSets(files.filter(isTestData));
  const [first] = sets;
  if (first === undefined) throw new CrivoError('invalid-dataset', say('noTestData'));
  const tensors = await Promise.all(first.inputs.map(readTensor));
  if (new Set(tensors.map(({ name }) => name)).size < tensors.length) {
    throw new CrivoError('invalid-dataset', say('testInputsAlike', { count: tensors.length, set: first.name }));
  }
  const batch = tensors[0]!.shape[0] ?? 1;
  const constants = Object.fromEntries(
    tensors.filter((tensor) => !hasExamples(tensor, batch)).map((tensor) => [tensor.name, constantOf(tensor)]),
  );
  return {
    ...{ media: 'numbers', found: null, constants, notes: [] },
    task: first.outputs.length === 0 ? null : { kind: 'values' },
    examples: async function* (): AsyncGenerator<RawExample> {
      for (const set of sets) yield* examplesOf(set);
    },
  };
}

async function* examplesOf(set: TestSet): AsyncGenerator<RawExample> {
  let inputs: NamedTensor[];
  let outputs: NamedTensor[];
  try {
    inputs = await Promise.all(set.inputs.map(readTensor));
    outputs = await Promise.all(set.outputs.map(readTensor));
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    yield { kind: 'unusable', source: set.name, label: null, reason: error.message };
    return;
  }
  const batch = inputs[0]!.shape[0] ?? 1;
  const fed = inputs.filter((tensor) => hasExamples(tensor, batch));
  const [output] = outputs.filter((tensor) => hasExamples(tensor, batch));
  for (let row = 0; row < batch; row += 1) {
    const tensors = Object.fromEntries(fed.map((tensor) => [tensor.name, rowOf(tensor, row, batch)]));
    const label = output === undefined ? null : rowOf(output, row, batch);
    const source = batch === 1 ? set.name : `${set.name}, ${row + 1} of ${batch}`;
    yield { kind: 'tensors', source, tensors, label: label === null ? null : { kind: 'values', ...label } };
  }
}

const hasExamples = ({ shape }: TensorValue, batch: number): boolean => shape.length > 0 && shape[0] === batch;

function rowOf({ elementType, shape, values }: TensorValue, row: number, batch: number): TensorValue {
  const length = values.length / batch;
  return { elementType, shape: shape.slice(1), values: values.slice(row * length, (row + 1) * length) as TensorValues };
}

function constantOf({ name, values }: NamedTensor): number {
  const value = Number(values[0] ?? 0);
  if (values.every((other: number | bigint) => Number(other) === value)) return value;
  throw new CrivoError('invalid-dataset', say('testInputVaries', { name }));
}

function groupSets(files: readonly FoundFile[]): TestSet[] {
  const sets = new Map<string, { inputs: string[]; outputs: string[] }>();
  for (const { path } of files) {
    const folder = dirname(path);
    const set = sets.get(folder) ?? { inputs: [], outputs: [] };
    sets.set(folder, set);
    (/input_\d+\.pb$/i.test(path) ? set.inputs : set.outputs).push(path);
  }
  return [...sets]
    .filter(([, { inputs }]) => inputs.length > 0)
    .map(([folder, set]) => ({ name: basename(folder), ...set }));
}

async function readTensor(path: string): Promise<NamedTensor> {
  if ((await stat(path)).size > largestTensor)
    throw new CrivoError('invalid-dataset', say('tensorTooLarge', { file: basename(path) }));
  try {
    const tensor = fromBinary(TensorProtoSchema, await readFile(path));
    checkTensor(tensor, basename(path));
    const elementType = elementTypeName(tensor.dataType);
    return { name: tensor.name, elementType, shape: tensorShape(tensor), values: tensorValues(tensor) };
  } catch (cause) {
    const why = cause instanceof CrivoError ? cause.message : say('notTensor');
    throw new CrivoError('invalid-dataset', say('tensorUnreadable', { file: basename(path), why }), { cause });
  }
}

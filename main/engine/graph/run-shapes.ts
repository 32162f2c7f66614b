/** Shapes that only running tells: sizes that depend on data. */
import { create } from '@bufbuild/protobuf';
import { dirname } from 'node:path';
import type { TensorInfo } from '../../../shared/model.ts';
import { GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema, makeNode, patch } from '../onnx/proto.ts';
import type { GraphProto, ModelProto } from '../onnx/proto.ts';
import { encodeModel } from '../onnx/write-model.ts';
import type { OpenSession, TensorValue } from '../ports.ts';
import { sensibleValue } from './sensible-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';
import { tensorArrays } from './tensor-arrays.ts';

const outputPrefix = 'crivo_shape_of_';

/**
 * Runs the model once on zeros (and sensible values of scalars) of the given shapes and tells the shapes of the wanted tensors: a `Shape` node is
 * appended to each, so that no activation is kept. `modelPath` is where external data stands. Raises
 * `invalid-model` where it can't be opened, and what ONNX Runtime raises where it can't be run.
 */
export async function shapesByRunning(
  model: ModelProto,
  modelPath: string,
  wanted: readonly string[],
  inputs: TensorTable,
  inputShapes: Readonly<Record<string, readonly number[]>>,
  openSession: OpenSession,
): Promise<TensorTable> {
  const graph = model.graph as GraphProto;
  const shapeNodes = wanted.map((name) => makeNode('Shape', [name], [`${outputPrefix}${name}`]));
  const output = wanted.map((name) => create(ValueInfoProtoSchema, { name: `${outputPrefix}${name}` }));
  const probe = patch(GraphProtoSchema, graph, { node: [...graph.node, ...shapeNodes], output });
  const session = await openSession(encodeModel(patch(ModelProtoSchema, model, { graph: probe })), {
    graphOptimization: 'disabled',
    entries: {
      'session.model_external_initializers_file_folder_path': dirname(modelPath),
      // One run is not worth a second copy of the weights in another layout.
      'session.disable_prepacking': '1',
    },
  });
  try {
    const feeds = Object.fromEntries(
      session.inputs.map(({ name, elementType }) => [
        name,
        filled(elementType, inputShapes[name] ?? [], sensibleValue(name)),
      ]),
    );
    const results = await session.run(feeds);
    return new Map(wanted.map((name) => [name, infoOf(name, inputs, results[`${outputPrefix}${name}`])]));
  } finally {
    await session.release();
  }
}

function infoOf(name: string, known: TensorTable, result: TensorValue | undefined): TensorInfo {
  const shape = result === undefined ? null : Array.from(result.values as BigInt64Array, Number);
  return { name, elementType: known.get(name)?.elementType ?? 'unknown', shape };
}

function filled(elementType: string, shape: readonly number[], value: number): TensorValue {
  const ArrayType = tensorArrays[elementType];
  if (ArrayType === undefined) throw new Error(`no value of type ${elementType} can be made up`);
  const values = new ArrayType(shape.reduce((product, size) => product * size, 1));
  if (value !== 0 && values.length === 1) values.fill((elementType.endsWith('int64') ? BigInt(value) : value) as never);
  return { elementType, shape, values };
}

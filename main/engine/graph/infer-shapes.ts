/**
 * Types and shapes of all tensors of a graph, as ONNX Runtime infers them: outputs that carry nothing but a name are
 * appended for every tensor, and the opened session tells what they are. Nothing is run. Large weights are left out (an input
 * of the same type and shape stands for each), so that it takes no more memory than the graph without them.
 */
import { create } from '@bufbuild/protobuf';
import type { TensorInfo } from '../../../shared/model.ts';
import { outlineBytes } from '../onnx/check-wire.ts';
import { isExternal } from '../onnx/external-data.ts';
import { AttributeType, GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema, patch } from '../onnx/proto.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../onnx/proto.ts';
import { elementTypeName, tensorBytes, tensorShape } from '../onnx/tensor.ts';
import { tensorInfoOf, valueInfoOf } from '../onnx/value-info.ts';
import { encodeModel } from '../onnx/write-model.ts';
import type { OpenSession } from '../ports.ts';

export type TensorTable = ReadonlyMap<string, TensorInfo>;

/**
 * Types and shapes by tensor name: inputs, constants and node outputs of the model's main graph. An empty shape
 * can also mean an unknown rank. `inputShapes` fixes shapes of inputs. Raises `invalid-model` where ONNX Runtime refuses the graph.
 */
export async function inferShapes(
  model: ModelProto,
  openSession: OpenSession,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): Promise<TensorTable> {
  const graph = model.graph as GraphProto;
  const table = new Map<string, TensorInfo>();
  for (const { name, tensor } of constantsOf(graph)) table.set(name, infoOfConstant(name, tensor));
  const probe = patch(ModelProtoSchema, model, {
    graph: probeOf(graph, inputShapes),
    metadataProps: [],
    trainingInfo: [],
  });
  const bytes = encodeModel(probe);
  const session = await openSession(bytes, { graphOptimization: 'disabled', threads: 1 });
  try {
    for (const info of [...session.inputs, ...session.outputs]) table.set(info.name, info);
  } finally {
    await session.release();
  }
  return table;
}

/** A constant by the name under which nodes read it. */
export interface NamedConstant {
  readonly name: string;
  readonly tensor: TensorProto;
}

/** Initializers and `Constant` tensors of one graph, without those of its subgraphs. */
export function constantsOf(graph: GraphProto): NamedConstant[] {
  const initializers = graph.initializer.map((tensor) => ({ name: tensor.name, tensor }));
  const constants = graph.node.flatMap((node) => {
    const tensor = constantTensor(node);
    return tensor === undefined ? [] : [{ name: node.output[0] ?? '', tensor }];
  });
  return [...initializers, ...constants];
}

/** The tensor of a `Constant` node that holds a dense one. */
export function constantTensor(node: NodeProto): TensorProto | undefined {
  if (node.opType !== 'Constant' || (node.domain !== '' && node.domain !== 'ai.onnx')) return undefined;
  return node.attribute.find((attribute) => attribute.name === 'value' && attribute.type === AttributeType.TENSOR)?.t;
}

const infoOfConstant = (name: string, tensor: TensorProto): TensorInfo => ({
  name,
  elementType: elementTypeName(tensor.dataType),
  shape: tensorShape(tensor),
});

/** Smaller constants stay: they may be shapes, axes or sizes that shape inference reads. */
const isLarge = (tensor: TensorProto): boolean => tensorBytes(tensor) > outlineBytes || isExternal(tensor);

/** The graph without large constants and with every tensor that a node makes as an output. */
function probeOf(graph: GraphProto, inputShapes: Readonly<Record<string, readonly number[]>>): GraphProto {
  const large = constantsOf(graph).filter(({ tensor }) => isLarge(tensor));
  const largeNames = new Set(large.map(({ name }) => name));
  const standIns = large.map(({ name, tensor }) => valueInfoOf(infoOfConstant(name, tensor)));
  const nodes = graph.node.filter(
    (node) => !(constantTensor(node) !== undefined && largeNames.has(node.output[0] ?? '')),
  );
  const produced = nodes.filter((node) => node.opType !== 'Constant').flatMap((node) => node.output);
  const names = new Set(produced.filter((name) => name !== ''));
  return patch(GraphProtoSchema, graph, {
    node: nodes,
    initializer: graph.initializer.filter(({ name }) => !largeNames.has(name)),
    input: [
      ...graph.input.filter(({ name }) => !largeNames.has(name)).map((info) => shaped(info, inputShapes)),
      ...standIns,
    ],
    output: [...names].map((name) => create(ValueInfoProtoSchema, { name })),
    valueInfo: [],
  });
}

function shaped(info: ValueInfoProto, inputShapes: Readonly<Record<string, readonly number[]>>): ValueInfoProto {
  const shape = inputShapes[info.name];
  const declared = tensorInfoOf(info);
  return shape === undefined || declared.elementType === 'unknown' ? info : valueInfoOf({ ...declared, shape });
}

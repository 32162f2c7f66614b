import { create } from '@bufbuild/protobuf';
import { capturedNames } from '../graph/graph.ts';
import type { Graph } from '../graph/graph.ts';
import { GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema, patch } from '../onnx/proto.ts';
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../onnx/proto.ts';
import { encodeModel } from '../onnx/write-model.ts';

export interface ModelPart {
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueInfoProto[];
  /** Names; ONNX Runtime finds their types. */
  readonly outputs: readonly string[];
  /** Initializers of the graph that are left out (because an input stands for them). */
  readonly without?: ReadonlySet<string>;
}

/** A model of some of the graph's nodes with the initializers they read, as bytes for a session. */
export function partOf(graph: Graph, { nodes, inputs, outputs, without }: ModelPart): Uint8Array {
  const read = new Set([...nodes.flatMap((node) => [...node.input, ...capturedNames(node)]), ...outputs]);
  const initializer: TensorProto[] = [...graph.initializers.values()].filter(
    ({ name }) => read.has(name) && !without?.has(name),
  );
  const part = patch(GraphProtoSchema, graph.model.graph as GraphProto, {
    node: [...nodes],
    initializer,
    input: [...inputs],
    output: outputs.map((name) => create(ValueInfoProtoSchema, { name })),
    valueInfo: [],
    sparseInitializer: (graph.model.graph as GraphProto).sparseInitializer.filter(({ values }) =>
      read.has(values?.name ?? ''),
    ),
  });
  return encodeModel(patch(ModelProtoSchema, graph.model, { graph: part }));
}

/** Every constant tensor of a model, wherever it stands. */
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto } from './proto.ts';

/** Where a tensor stands: in a graph's list of initializers, or in a node's attribute. */
export type TensorPlace = 'initializer' | 'attribute';

export interface PlacedTensor {
  readonly tensor: TensorProto;
  readonly place: TensorPlace;
  /** Name for a person: its own, or its node's output where a `Constant` holds it unnamed. */
  readonly label: string;
}

/** Initializers, sparse ones, and tensors in attributes, of the main graph, subgraphs and functions. */
export function* tensorsOf(model: ModelProto): Generator<PlacedTensor> {
  if (model.graph !== undefined) yield* tensorsOfGraph(model.graph);
  for (const body of model.functions) yield* tensorsOfNodes(body);
}

function* tensorsOfGraph(graph: GraphProto): Generator<PlacedTensor> {
  for (const tensor of graph.initializer) yield { tensor, place: 'initializer', label: tensor.name };
  for (const sparse of graph.sparseInitializer) {
    for (const tensor of [sparse.values, sparse.indices]) {
      if (tensor !== undefined) yield { tensor, place: 'initializer', label: sparse.values?.name ?? tensor.name };
    }
  }
  yield* tensorsOfNodes(graph);
}

function* tensorsOfNodes(body: GraphProto | FunctionProto): Generator<PlacedTensor> {
  for (const node of body.node) for (const attribute of node.attribute) yield* tensorsOfAttribute(node, attribute);
}

function* tensorsOfAttribute(node: NodeProto, attribute: AttributeProto): Generator<PlacedTensor> {
  const sparse = attribute.sparseTensor === undefined ? [] : [attribute.sparseTensor];
  const parts = [...sparse, ...attribute.sparseTensors].flatMap(({ values, indices }) => [values, indices]);
  for (const tensor of [attribute.t, ...attribute.tensors, ...parts]) {
    if (tensor !== undefined) yield { tensor, place: 'attribute', label: tensor.name || (node.output[0] ?? node.name) };
  }
  if (attribute.g !== undefined) yield* tensorsOfGraph(attribute.g);
  for (const graph of attribute.graphs) yield* tensorsOfGraph(graph);
}

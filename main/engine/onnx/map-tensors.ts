/** Replacing constant tensors of a model without changing it. */
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  patch,
} from './proto.ts';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './proto.ts';

/** Gives the tensor that stands in place of one; the same object where nothing changes. */
export type TensorMapping = (tensor: TensorProto) => TensorProto;

/** The model with its initializers and the values of its `Constant` nodes replaced, subgraphs and functions included; what didn't change is shared. */
export function mapTensors(model: ModelProto, mapping: TensorMapping): ModelProto {
  const graph = model.graph === undefined ? undefined : mapGraph(model.graph, mapping);
  const functions = mapShared(model.functions, (body) => {
    const node = mapShared(body.node, (inner) => mapNode(inner, mapping));
    return node === body.node ? body : patch(FunctionProtoSchema, body, { node });
  });
  if (graph === model.graph && functions === model.functions) return model;
  return patch(ModelProtoSchema, model, { ...(graph === undefined ? {} : { graph }), functions });
}

function mapGraph(graph: GraphProto, mapping: TensorMapping): GraphProto {
  const initializer = mapShared(graph.initializer, mapping);
  const node = mapShared(graph.node, (inner) => mapNode(inner, mapping));
  if (initializer === graph.initializer && node === graph.node) return graph;
  return patch(GraphProtoSchema, graph, { initializer, node });
}

function mapNode(node: NodeProto, mapping: TensorMapping): NodeProto {
  const isConstant = node.opType === 'Constant';
  const attribute = mapShared(node.attribute, (one) => mapAttribute(one, mapping, isConstant));
  return attribute === node.attribute ? node : patch(NodeProtoSchema, node, { attribute });
}

function mapAttribute(attribute: AttributeProto, mapping: TensorMapping, isConstant: boolean): AttributeProto {
  const t = isConstant && attribute.t !== undefined ? mapping(attribute.t) : attribute.t;
  const g = attribute.g === undefined ? undefined : mapGraph(attribute.g, mapping);
  const graphs = mapShared(attribute.graphs, (graph) => mapGraph(graph, mapping));
  if (t === attribute.t && g === attribute.g && graphs === attribute.graphs) return attribute;
  return patch(AttributeProtoSchema, attribute, {
    ...(t === undefined ? {} : { t }),
    ...(g === undefined ? {} : { g }),
    graphs,
  });
}

/** Like `map`, but gives back the array itself where no element changed. */
function mapShared<T>(values: T[], mapping: (value: T) => T): T[] {
  let changed: T[] | null = null;
  values.forEach((value, index) => {
    const next = mapping(value);
    if (next === value) return;
    changed ??= [...values];
    changed[index] = next;
  });
  return changed ?? values;
}

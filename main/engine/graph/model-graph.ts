/** A model's main graph as a viewer draws it. */
import type { ModelGraph } from '../../../shared/contract.ts';
import { AttributeType } from '../onnx/proto.ts';
import type { AttributeProto, GraphProto, ModelProto, NodeProto } from '../onnx/proto.ts';
import { elementTypeName, tensorShape } from '../onnx/tensor.ts';
import { capturedNames } from './graph.ts';
import { constantsOf } from './infer-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';

/** Attributes longer than this many values are told by their count. */
const shownValues = 8;

/**
 * Nodes (graph inputs and outputs are nodes too, operators `Input` and `Output`) and the tensors between them with
 * their shapes from `tensors`. Constants are no nodes: they stand in the detail of the node that reads them.
 */
export function modelGraph(model: ModelProto, tensors: TensorTable): ModelGraph {
  const graph = model.graph as GraphProto;
  const constants = new Map(constantsOf(graph).map(({ name, tensor }) => [name, tensor]));
  const nodes: ModelGraph['nodes'][number][] = [];
  const edges: ModelGraph['edges'][number][] = [];
  const producer = new Map<string, number>();
  const add = (name: string, operator: string, detail: string): number => {
    nodes.push({ id: nodes.length, name, operator, detail });
    return nodes.length - 1;
  };
  const connect = (tensor: string, to: number): void => {
    const from = producer.get(tensor);
    if (from !== undefined) edges.push({ from, to, tensor, shape: shapeText(tensor, tensors) });
  };
  for (const info of graph.input) {
    if (!constants.has(info.name)) producer.set(info.name, add(info.name, 'Input', typeText(info.name, tensors)));
  }
  const drawn = graph.node.filter((node) => !(node.opType === 'Constant' && constants.has(node.output[0] ?? '')));
  const ids = drawn.map((node) => {
    const id = add(node.name, node.opType, detailOf(node, constants));
    for (const output of node.output) if (output !== '') producer.set(output, id);
    return id;
  });
  drawn.forEach((node, index) => {
    for (const tensor of new Set([...node.input, ...capturedNames(node)])) connect(tensor, ids[index]!);
  });
  for (const info of graph.output) connect(info.name, add(info.name, 'Output', typeText(info.name, tensors)));
  return { nodes, edges };
}

function detailOf(node: NodeProto, constants: ReadonlyMap<string, Parameters<typeof tensorShape>[0]>): string {
  const weights = node.input.flatMap((name) => {
    const tensor = constants.get(name);
    return tensor === undefined
      ? []
      : [`${name}: ${elementTypeName(tensor.dataType)} [${tensorShape(tensor).join(', ')}]`];
  });
  const attributes = node.attribute.map((attribute) => `${attribute.name} = ${attributeText(attribute)}`);
  const domain = node.domain === '' ? [] : [`domain: ${node.domain}`];
  return [...domain, ...attributes, ...weights].join('\n');
}

function attributeText(attribute: AttributeProto): string {
  const list = (values: readonly (number | bigint | string)[]): string =>
    values.length <= shownValues ? `[${values.join(', ')}]` : `${values.length} values`;
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  switch (attribute.type) {
    case AttributeType.INT:
      return String(attribute.i);
    case AttributeType.FLOAT:
      return String(Number(attribute.f.toPrecision(7)));
    case AttributeType.STRING:
      return text(attribute.s);
    case AttributeType.INTS:
      return list(attribute.ints);
    case AttributeType.FLOATS:
      return list(attribute.floats.map((value) => Number(value.toPrecision(7))));
    case AttributeType.STRINGS:
      return list(attribute.strings.map(text));
    case AttributeType.GRAPH:
      return `${attribute.g?.node.length ?? 0} nodes`;
    case AttributeType.GRAPHS:
      return `${attribute.graphs.length} graphs`;
    case AttributeType.TENSOR:
      return attribute.t === undefined
        ? ''
        : `${elementTypeName(attribute.t.dataType)} [${tensorShape(attribute.t).join(', ')}]`;
    default:
      return 'a value';
  }
}

function shapeText(tensor: string, tensors: TensorTable): string {
  const shape = tensors.get(tensor)?.shape;
  return shape === null || shape === undefined ? '' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

const typeText = (tensor: string, tensors: TensorTable): string => {
  const type = tensors.get(tensor)?.elementType;
  return [type, shapeText(tensor, tensors)].filter((part) => part !== undefined && part !== '').join(' ');
};

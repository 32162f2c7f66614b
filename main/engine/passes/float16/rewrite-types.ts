/*
 *   x (f32) ──► Conv ──► y (f32)      becomes      x (f32) ──► Cast ──► Conv (f16) ──► Cast ──► y (f32)
 *
 * Each tensor gets at most one Cast, shared by all who read it in the other type.
 */
import { capturedNames, nameGiver, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';
import {
  DataType,
  TensorTypeSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  makeNode,
  patch,
  withInputs,
  withOutputs,
} from '../../onnx/proto.ts';
import type { NodeProto, TensorProto, ValueInfoProto } from '../../onnx/proto.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { convertAttributes, float16Tensor } from './convert-attributes.ts';
import type { Float16Losses } from './float16-values.ts';
import { alwaysFloatInputs, defaultOpset, takesAnyType } from './kept-operators.ts';

export interface RewriteRequest {
  readonly tensors: TensorTable;
  readonly kept: ReadonlyMap<NodeProto, string>;
  /** Inputs and outputs of the model stay float32. */
  readonly keepInterface: boolean;
}

export interface Rewritten {
  readonly graph: Graph;
  readonly converted: readonly NodeProto[];
  readonly castCount: number;
  readonly losses: Float16Losses;
}

/** float32 or float16. */
type Width = 32 | 16;

/** Rewrites the graph so that all nodes but the kept ones compute in float16. */
export function rewriteTypes(graph: Graph, request: RewriteRequest): Rewritten {
  const losses: Float16Losses = { clamped: 0, raised: 0, notANumber: 0 };
  const widths = widthsOf(graph, request);
  const names = createNames(graph, widths);
  const converted = graph.nodes.filter((node) => widths.isConverted(node));
  const nodes = graph.nodes.map((node) => {
    const inputs = node.input.map((name, slot) => names.reading(name, widths.wanted(node, slot)));
    const outputs = node.output.map((name) => names.writing(name));
    const moved = withOutputs(withInputs(node, inputs), outputs);
    return widths.isConverted(node) ? convertAttributes(moved, losses) : moved;
  });
  const initializers = [...graph.initializers.values()].flatMap((tensor) => names.initializersFor(tensor, losses));
  const casts = names.casts();
  const result = withChanges(graph, {
    nodes: topologicalOrder([...casts, ...nodes]),
    initializers,
    inputs: graph.inputs.map((info) => withWidth(info, widths.ofInput(info.name))),
    outputs: graph.outputs.map((info) => withWidth(info, widths.ofOutput(info.name))),
    valueInfo: [...graph.valueInfo.values()].map((info) => withWidth(info, names.widthAfter(info.name))),
  });
  return { graph: result, converted, castCount: casts.length, losses };
}

function withWidth(info: ValueInfoProto, width: Width | null): ValueInfoProto {
  const value = info.type?.value;
  if (width !== 16 || value?.case !== 'tensorType' || value.value.elemType !== DataType.FLOAT) return info;
  const tensorType = patch(TensorTypeSchema, value.value, { elemType: DataType.FLOAT16 });
  const type = patch(TypeProtoSchema, info.type!, { value: { case: 'tensorType', value: tensorType } });
  return patch(ValueInfoProtoSchema, info, { type });
}

interface Widths {
  readonly isConverted: (node: NodeProto) => boolean;
  /** The width that a node wants on an input; null where any will do. */
  readonly wanted: (node: NodeProto, slot: number) => Width | null;
  /** The width in which a tensor arises; null where it is no float32 tensor of the original. Constants count as float32. */
  readonly produced: (name: string) => Width | null;
  /** The width that the name itself must have, because something outside the main graph's nodes reads it; null where free. */
  readonly pinned: (name: string) => Width | null;
  readonly ofInput: (name: string) => Width | null;
  readonly ofOutput: (name: string) => Width | null;
}

function widthsOf(graph: Graph, { tensors, kept, keepInterface }: RewriteRequest): Widths {
  const opset = defaultOpset(graph);
  const isFloat = (name: string): boolean => tensors.get(name)?.elementType === 'float32';
  const isConverted = (node: NodeProto): boolean => !kept.has(node) && [...node.input, ...node.output].some(isFloat);
  const captured = new Set(graph.nodes.flatMap((node) => [...capturedNames(node)]));
  const face: Width = keepInterface ? 32 : 16;
  // A subgraph knows the tensor as float32; the interface gives way to it.
  const ofInterface = (name: string): Width | null => (!isFloat(name) ? null : captured.has(name) ? 32 : face);
  return {
    isConverted,
    wanted: (node, slot) => {
      if (!isFloat(node.input[slot]!) || takesAnyType(node)) return null;
      return kept.has(node) || alwaysFloatInputs(node, opset).includes(slot) ? 32 : 16;
    },
    produced: (name) => {
      if (!isFloat(name)) return null;
      const producer = graph.producerOf(name);
      if (producer !== undefined) return isConverted(producer) ? 16 : 32;
      return graph.constantOf(name) === undefined ? ofInterface(name) : 32;
    },
    pinned: (name) => (graph.isOutput(name) || captured.has(name) ? ofInterface(name) : null),
    ofInput: ofInterface,
    ofOutput: ofInterface,
  };
}

interface Names {
  /** The name under which a tensor is read in a width. */
  readonly reading: (name: string, width: Width | null) => string;
  /** The name under which its producer writes it. */
  readonly writing: (name: string) => string;
  /** The constants that take the place of one, once all readings are known. */
  readonly initializersFor: (tensor: TensorProto, losses: Float16Losses) => readonly TensorProto[];
  readonly casts: () => readonly NodeProto[];
  /** Of the tensor that has the name in the new graph. */
  readonly widthAfter: (name: string) => Width | null;
}

function createNames(graph: Graph, widths: Widths): Names {
  const giveName = nameGiver(graph);
  const castNodes: NodeProto[] = [];
  const isConstant = (name: string): boolean => graph.initializers.has(name) && graph.constantOf(name) !== undefined;
  const demand = constantDemand(graph, widths, isConstant);
  /** Tensor and width → its other name. */
  const others = new Map<string, string>();
  const otherName = (name: string, width: Width, make: (other: string) => void): string => {
    const key = `${width} ${name}`;
    const known = others.get(key);
    if (known !== undefined) return known;
    const other = giveName(`${name}_fp${width}`);
    others.set(key, other);
    make(other);
    return other;
  };
  const addCast = (from: string, to: string, width: Width): void => {
    const attributes = { to: width === 16 ? DataType.FLOAT16 : DataType.FLOAT };
    castNodes.push(makeNode('Cast', [from], [to], { name: giveName(`${to}_cast`), attributes }));
  };
  /** Where the producer's width isn't the one its name must have, it writes under another name and a Cast restores this one. */
  const writing = (name: string): string => {
    const produced = widths.produced(name);
    const pinned = widths.pinned(name);
    if (produced === null || pinned === null || produced === pinned) return name;
    return otherName(name, produced, (other) => addCast(other, name, pinned));
  };
  const readingConstant = (name: string, width: Width): string => {
    if (width === 32 || demand.get(name)?.size === 1) return name;
    return otherName(name, 16, () => {});
  };
  return {
    writing,
    reading: (name, width) => {
      const produced = widths.produced(name);
      if (produced === null || (width === null && !isConstant(name))) return name;
      if (isConstant(name)) return readingConstant(name, width ?? (demand.get(name)!.has(16) ? 16 : 32));
      if (produced === width) return graph.producerOf(name) === undefined ? name : writing(name);
      if (widths.pinned(name) === width) return name;
      const from = graph.producerOf(name) === undefined ? name : writing(name);
      return otherName(name, width!, (other) => addCast(from, other, width!));
    },
    initializersFor: (tensor, losses) => {
      // One that the caller can override follows the interface.
      if (!isConstant(tensor.name))
        return [widths.ofInput(tensor.name) === 16 ? float16Tensor(tensor, tensor.name, losses) : tensor];
      const wanted = demand.get(tensor.name);
      if (tensor.dataType !== DataType.FLOAT || wanted === undefined || !wanted.has(16)) return [tensor];
      if (wanted.size === 1) return [float16Tensor(tensor, tensor.name, losses)];
      return [
        tensor,
        float16Tensor(
          tensor,
          otherName(tensor.name, 16, () => {}),
          losses,
        ),
      ];
    },
    casts: () => castNodes,
    widthAfter: (name) =>
      widths.pinned(name) ?? (isConstant(name) ? (demand.get(name)?.has(32) ? 32 : 16) : widths.produced(name)),
  };
}

/** Constant → the widths in which it is read, at least one. */
function constantDemand(
  graph: Graph,
  widths: Widths,
  isConstant: (name: string) => boolean,
): ReadonlyMap<string, ReadonlySet<Width>> {
  const demand = new Map<string, Set<Width>>();
  const want = (name: string, width: Width): void => {
    if (!isConstant(name) || widths.produced(name) === null) return;
    const known = demand.get(name);
    if (known === undefined) demand.set(name, new Set([width]));
    else known.add(width);
  };
  for (const node of graph.nodes) {
    node.input.forEach((name, slot) => {
      const width = widths.wanted(node, slot);
      if (width !== null) want(name, width);
    });
  }
  for (const name of graph.initializers.keys()) {
    const pinned = widths.pinned(name);
    if (pinned !== null) want(name, pinned);
    if (!demand.has(name)) want(name, 32);
  }
  return demand;
}

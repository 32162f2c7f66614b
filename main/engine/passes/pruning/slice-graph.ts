/** Removes elements of axes from a graph: weights are sliced, sizes that nodes state are restated. */
import type { Dimension } from '../../../../shared/model.ts';
import { withChanges, nameGiver, opsetVersion } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import {
  DataType,
  TensorProtoSchema,
  intAttribute,
  patch,
  withAttribute,
  withInputs,
  NodeProtoSchema,
} from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { int64Tensor, makeTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import type { TensorValues } from '../../ports.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import { sliceBounds } from './rules/joining.ts';
import { constantInts } from './rules/rule.ts';
import type { Unit } from './channel-groups.ts';

/** Shape of a tensor before the removal; null where the rank is unknown. */
export type ShapeLookup = (tensor: string) => readonly Dimension[] | null;

/** What is removed, by tensor and axis: indices, ascending. */
export interface Removal {
  readonly removed: (tensor: string, axis: number) => ReadonlySet<number>;
  /** Size of an axis after the removal. */
  readonly sizeAfter: (tensor: string, axis: number, before: number) => number;
}

/** Joins units to what they remove. */
export function removalOf(spaces: AxisSpaces, units: Iterable<Unit>): Removal {
  const byAxis = new Map<number, Set<number>>();
  for (const unit of units) {
    for (const [axis, index] of unit) {
      const indices = byAxis.get(axis);
      if (indices === undefined) byAxis.set(axis, new Set([index]));
      else indices.add(index);
    }
  }
  const none: ReadonlySet<number> = new Set();
  const removed = (tensor: string, axis: number): ReadonlySet<number> => {
    const id = spaces.idOf(tensor, axis);
    return (id === undefined ? undefined : byAxis.get(id)) ?? none;
  };
  return { removed, sizeAfter: (tensor, axis, before) => before - removed(tensor, axis).size };
}

/** The graph without what is removed; value infos go, since they state sizes. */
export function sliceGraph(graph: Graph, removal: Removal, shapeOf: ShapeLookup): Graph {
  const giveName = nameGiver(graph);
  const initializers = new Map([...graph.initializers].map(([name, tensor]) => [name, sliceTensor(tensor, removal)]));
  const opset = opsetVersion(graph.model);
  const addConstant: RestateContext['addConstant'] = (base, values, dataType = DataType.INT64) => {
    const name = giveName(base);
    const tensor =
      dataType === DataType.INT64
        ? int64Tensor(name, values)
        : makeTensor(name, dataType, [values.length], Int32Array.from(values));
    initializers.set(name, tensor);
    return name;
  };
  const nodes = graph.nodes.map((node) => restate(node, { graph, removal, addConstant, opset, shapeOf }));
  return withChanges(graph, { nodes, initializers: initializers.values(), valueInfo: [] });
}

function sliceTensor(tensor: TensorProto, { removed }: Removal): TensorProto {
  const shape = tensorShape(tensor);
  const gone = shape.map((_, axis) => removed(tensor.name, axis));
  if (gone.every((indices) => indices.size === 0)) return tensor;
  const kept = shape.map((size, axis) =>
    Array.from({ length: size }, (_, index) => index).filter((index) => !gone[axis]!.has(index)),
  );
  const values = takeElements(tensorValues(tensor), shape, kept);
  const sliced = makeTensor(
    tensor.name,
    tensor.dataType!,
    kept.map(({ length }) => length),
    values,
  );
  return patch(TensorProtoSchema, sliced, { docString: tensor.docString });
}

/** Elements at the kept places, row-major; the innermost runs are copied whole where nothing in them goes. */
function takeElements(
  values: TensorValues,
  shape: readonly number[],
  kept: readonly (readonly number[])[],
): TensorValues {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  // Axes behind the last one that loses something are copied as blocks.
  let depth = shape.length;
  while (depth > 0 && kept[depth - 1]!.length === shape[depth - 1]) depth -= 1;
  const block = depth === 0 ? values.length : strides[depth - 1]!;
  const length = kept.slice(0, depth).reduce((product, { length: count }) => product * count, block);
  const result = new (values.constructor as new (length: number) => TensorValues)(length);
  let at = 0;
  const copy = (axis: number, offset: number): void => {
    if (axis === depth) {
      result.set(values.subarray(offset, offset + block) as never, at);
      at += block;
      return;
    }
    for (const index of kept[axis]!) copy(axis + 1, offset + index * strides[axis]!);
  };
  copy(0, 0);
  return result;
}

interface RestateContext {
  readonly graph: Graph;
  readonly removal: Removal;
  /** Of the type given (all bounds of a Slice have one), int64 by default. */
  readonly addConstant: (base: string, values: readonly number[], dataType?: number) => string;
  readonly opset: number;
  readonly shapeOf: ShapeLookup;
}

/** A node whose attributes or constant inputs name sizes that have changed. */
function restate(node: NodeProto, context: RestateContext): NodeProto {
  switch (node.domain === '' ? node.opType : '') {
    case 'Conv':
    case 'ConvTranspose':
      return restateGroup(node, context);
    case 'Reshape':
      return restateReshape(node, context);
    case 'Split':
      return restateSplit(node, context);
    case 'Slice':
      return restateSlice(node, context);
    default:
      return node;
  }
}

/** A depthwise convolution has as many groups as channels. */
function restateGroup(node: NodeProto, { removal, graph }: RestateContext): NodeProto {
  const group = intAttribute(node, 'group', 1);
  const weight = graph.constantOf(node.input[1]!);
  if (group === 1 || weight === undefined) return node;
  const [first = 0, second = 0] = tensorShape(weight);
  const isDepthwise = node.opType === 'Conv' ? second === 1 : first === group;
  const gone = removal.removed(node.input[0]!, 1).size;
  return isDepthwise && gone > 0 ? withAttribute(node, 'group', group - gone) : node;
}

function restateReshape(node: NodeProto, { removal, graph, addConstant }: RestateContext): NodeProto {
  const target = constantInts(node.input[1], graph);
  if (target === null) return node;
  const next = target.map((size, axis) => (size > 0 ? removal.sizeAfter(node.output[0]!, axis, size) : size));
  if (next.every((size, axis) => size === target[axis])) return node;
  return withInputs(node, [node.input[0]!, addConstant(`${node.name || node.output[0]}_shape`, next)]);
}

function restateSplit(node: NodeProto, { removal, addConstant, opset, shapeOf }: RestateContext): NodeProto {
  const rank = shapeOf(node.input[0]!)?.length ?? 0;
  const stated = intAttribute(node, 'axis', 0);
  const axis = stated < 0 ? stated + rank : stated;
  if (removal.removed(node.input[0]!, axis).size === 0) return node;
  const sizes = node.output.map((name) => removal.sizeAfter(name, axis, shapeOf(name)?.[axis] as number));
  if (opset < 13) return withAttribute(node, 'split', sizes);
  const bare = patch(NodeProtoSchema, node, { attribute: node.attribute.filter(({ name }) => name !== 'num_outputs') });
  return withInputs(bare, [node.input[0]!, addConstant(`${node.name || node.output[0]}_split`, sizes)]);
}

function restateSlice(node: NodeProto, { removal, graph, addConstant, opset, shapeOf }: RestateContext): NodeProto {
  const bounds = sliceBounds(node, graph, opset);
  const x = node.input[0]!;
  const shape = shapeOf(x);
  if (bounds === null || shape === null) return node;
  const move = (place: number, bound: number): number => {
    const axis = bounds.axes[place]! < 0 ? bounds.axes[place]! + shape.length : bounds.axes[place]!;
    const gone = removal.removed(x, axis);
    if (gone.size === 0) return bound;
    const size = shape[axis] as number;
    const place0 = Math.min(size, Math.max(0, bound < 0 ? bound + size : bound));
    return place0 - [...gone].filter((index) => index < place0).length;
  };
  const starts = bounds.starts.map((bound, place) => move(place, bound));
  const ends = bounds.ends.map((bound, place) => move(place, bound));
  if (
    starts.every((bound, place) => bound === bounds.starts[place]) &&
    ends.every((bound, place) => bound === bounds.ends[place])
  )
    return node;
  if (opset < 10) return withAttribute(withAttribute(node, 'starts', starts), 'ends', ends);
  const [, stated, , ...rest] = node.input;
  const base = node.name || node.output[0]!;
  const type = graph.constantOf(stated!)!.dataType;
  const [from, to] = [addConstant(`${base}_starts`, starts, type), addConstant(`${base}_ends`, ends, type)];
  return withInputs(node, [x, from, to, ...rest]);
}

/** Operators into which exporters write a fixed batch, and how each is freed of it. */
import type { Dimension } from '../../../../shared/model.ts';
import type { Graph } from '../../graph/graph.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { intAttribute, makeNode, withInputs } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { int64Tensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { batchFreeTarget } from './rewrite-reshape.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** What takes the place of a node; `reason` null: the node is right as it is. */
export interface Freed {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly reason: string | null;
  /** Sizes that stand in the initializers with the probe for the batch, and the nodes that compute them in the end. */
  readonly computedSizes: readonly ComputedSizes[];
}

/** While shapes are inferred a constant holds the sizes, because inference doesn't see through their computation. */
export interface ComputedSizes {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
}

export interface BatchFacts {
  readonly graph: Graph;
  /** Shapes with the fixed batch. */
  readonly fixed: TensorTable;
  readonly batchSize: number;
  readonly probe: number;
  readonly giveName: (wanted: string) => string;
}

/** Frees a node; `probed` are shapes with a batch of `probe`. Null where it can't be told how. */
type Rule = (node: NodeProto, facts: BatchFacts, probed: TensorTable) => Freed | null;

const unchanged = (node: NodeProto): Freed => ({ nodes: [node], initializers: [], reason: null, computedSizes: [] });

/** Operator → rule; nodes without one follow their inputs. */
export const batchRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Reshape', freeReshape],
  ['Expand', freeExpand],
  ['Resize', freeResize],
  ['Concat', freeConcat],
  ...['LSTM', 'GRU', 'RNN'].map((operator): [string, Rule] => [operator, freeRecurrent]),
]);

const integers = (tensor: TensorProto): number[] => Array.from(tensorValues(tensor) as BigInt64Array, Number);

function freeReshape(
  node: NodeProto,
  { graph, fixed, batchSize, probe, giveName }: BatchFacts,
  probed: TensorTable,
): Freed | null {
  const constant = graph.constantOf(node.input[1] ?? '');
  if (constant === undefined) return unchanged(node);
  const target = integers(constant);
  const fixedOutput = fixed.get(node.output[0]!)?.shape ?? null;
  const probedInput = probed.get(node.input[0]!)?.shape ?? null;
  const free = batchFreeTarget({ target, batchSize, fixedOutput, probedInput, probe });
  if (free === null) return null;
  if (free === target || free.every((size, axis) => size === target[axis])) return unchanged(node);
  return withConstant(
    node,
    1,
    int64Tensor(giveName(`${constant.name}_any_batch`), free),
    say('reshapesTo', { free: free.join(', '), fixed: target.join(', ') }),
  );
}

function withConstant(node: NodeProto, slot: number, constant: TensorProto, reason: string): Freed {
  const inputs = node.input.map((name, index) => (index === slot ? constant.name : name));
  return { nodes: [withInputs(node, inputs)], initializers: [constant], reason, computedSizes: [] };
}

/** Expanding a batch to itself: a size of 1 leaves what is there. */
function freeExpand(
  node: NodeProto,
  { graph, batchSize, probe, giveName }: BatchFacts,
  probed: TensorTable,
): Freed | null {
  const constant = graph.constantOf(node.input[1]!);
  const shape = probed.get(node.input[0]!)?.shape;
  if (constant === undefined) return unchanged(node);
  if (!shape) return null;
  const target = integers(constant);
  const offset = target.length - shape.length;
  const free = target.map((size, axis) => (size === batchSize && shape[axis - offset] === probe ? 1 : size));
  if (free.every((size, axis) => size === target[axis])) return unchanged(node);
  return withConstant(node, 1, int64Tensor(giveName(`${constant.name}_any_batch`), free), say('takesBatch'));
}

/** A Resize to constant sizes takes the batch among them from its input. */
function freeResize(node: NodeProto, facts: BatchFacts, probed: TensorTable): Freed | null {
  const constant = facts.graph.constantOf(node.input[3] ?? '');
  const axis = axisOfBatch(probed.get(node.input[0]!)?.shape, facts.probe);
  if (constant === undefined || axis === null) return unchanged(node);
  const { probed: sizes, computed } = sizesWithBatch(node, node.input[0]!, integers(constant), axis, facts);
  const inputs = node.input.map((name, slot) => (slot === 3 ? sizes.name : name));
  return {
    nodes: [withInputs(node, inputs)],
    initializers: [sizes],
    reason: say('takesBatch'),
    computedSizes: [computed],
  };
}

/** A constant (a class token) beside the batch is repeated for each example. */
function freeConcat(node: NodeProto, facts: BatchFacts, probed: TensorTable): Freed | null {
  const source = node.input.find((name) => axisOfBatch(probed.get(name)?.shape, facts.probe) !== null);
  if (source === undefined) return unchanged(node);
  const shape = probed.get(source)!.shape!;
  const axis = axisOfBatch(shape, facts.probe)!;
  const along = intAttribute(node, 'axis', 0);
  if ((along < 0 ? along + shape.length : along) === axis) return unchanged(node);
  return expandConstants(
    node,
    node.input.map((_, slot) => slot),
    source,
    axis,
    facts,
  );
}

/** Constant initial states are repeated for each example. */
function freeRecurrent(node: NodeProto, facts: BatchFacts, probed: TensorTable): Freed | null {
  const axis = intAttribute(node, 'layout', 0) === 1 ? 0 : 1;
  const source = node.input[0]!;
  if (probed.get(source)?.shape?.[axis] !== facts.probe) return unchanged(node);
  return expandConstants(node, [5, 6], source, axis, facts);
}

const axisOfBatch = (shape: readonly Dimension[] | null | undefined, probe: number): number | null => {
  const axis = shape?.indexOf(probe) ?? -1;
  return axis < 0 ? null : axis;
};

/** Repeats the constants among some inputs along `axis` as often as `source` is long on it. */
function expandConstants(
  node: NodeProto,
  slots: readonly number[],
  source: string,
  axis: number,
  facts: BatchFacts,
): Freed | null {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const computedSizes: ComputedSizes[] = [];
  const inputs = [...node.input];
  for (const slot of slots) {
    const constant = facts.graph.constantOf(inputs[slot] ?? '');
    const sizes = constant === undefined ? [] : tensorShape(constant);
    if (constant === undefined || sizes[axis] === undefined) continue;
    // One row for each of several examples: nothing tells what the next example's would be.
    if (sizes[axis] !== 1) return null;
    const { probed, computed } = sizesWithBatch(node, source, sizes, axis, facts);
    const expanded = facts.giveName(`${inputs[slot]}_each`);
    nodes.push(
      makeNode('Expand', [inputs[slot]!, probed.name], [expanded], { name: facts.giveName(`${expanded}_expand`) }),
    );
    initializers.push(probed);
    computedSizes.push(computed);
    inputs[slot] = expanded;
  }
  if (nodes.length === 0) return unchanged(node);
  return {
    nodes: [...nodes, withInputs(node, inputs)],
    initializers,
    reason: say('repeatsConstants'),
    computedSizes,
  };
}

/** A tensor of sizes: those given, with the size of `source` on `axis` in place of the one there. */
function sizesWithBatch(
  node: NodeProto,
  source: string,
  sizes: readonly number[],
  axis: number,
  { giveName, probe }: BatchFacts,
) {
  const stem = node.name || node.output[0]!;
  const name = (part: string): string => giveName(`${stem}_${part}`);
  const [shape, batch, whole] = [name('shape'), name('batch'), name('sizes')];
  const index = int64Tensor(name('batch_axis'), [axis]);
  const parts = [sizes.slice(0, axis), sizes.slice(axis + 1)].map((part) =>
    part.length === 0 ? null : int64Tensor(name('sizes_part'), part),
  );
  const pieces = [parts[0]?.name, batch, parts[1]?.name].filter((piece) => piece !== undefined);
  const nodes = [
    makeNode('Shape', [source], [shape], { name: name('shape_node') }),
    makeNode('Gather', [shape, index.name], [batch], { name: name('batch_node'), attributes: { axis: 0 } }),
    makeNode('Concat', pieces, [whole], { name: name('sizes_node'), attributes: { axis: 0 } }),
  ];
  const probed = int64Tensor(
    whole,
    sizes.map((size, at) => (at === axis ? probe : size)),
  );
  return { probed, computed: { name: whole, nodes, initializers: [index, ...parts.filter((part) => part !== null)] } };
}

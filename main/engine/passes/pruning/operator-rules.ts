/** How each operator ties the axes of its tensors. What has no rule locks everything it touches. */
import type { Dimension } from '../../../../shared/model.ts';
import type { Graph } from '../../graph/graph.ts';
import { opsetVersion } from '../../graph/graph.ts';
import { intAttribute, intsAttribute, stringAttribute } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorValues } from '../../onnx/tensor.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import { tieReshape } from './reshape-rule.ts';

export interface RuleContext {
  readonly graph: Graph;
  readonly spaces: AxisSpaces;
  /** Null where the rank is unknown. */
  readonly shapeOf: (tensor: string) => readonly Dimension[] | null;
  readonly opset: number;
}

type Rule = (node: NodeProto, context: RuleContext) => void;

/** Ties the axes of all nodes of the main graph; locks inputs, outputs and what subgraphs capture. */
export function tieAxes(graph: Graph, spaces: AxisSpaces, shapeOf: RuleContext['shapeOf']): void {
  const context: RuleContext = { graph, spaces, shapeOf, opset: opsetVersion(graph.model) };
  for (const { name } of graph.inputs) spaces.lockTensor(name, 'it is an input of the model');
  for (const { name } of graph.outputs) spaces.lockTensor(name, 'it is an output of the model');
  for (const node of graph.nodes) {
    const rule = node.domain === '' || node.domain === 'ai.onnx' ? rules[node.opType] : undefined;
    const tensors = tensorsOf(node);
    const captures = node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0);
    if (rule === undefined || captures || tensors.some((tensor) => shapeOf(tensor) === null)) {
      const why =
        rule === undefined || captures
          ? `no rule for the operator ${node.opType}`
          : `a shape at the operator ${node.opType} is not known`;
      lockAll(node, context, why);
    } else rule(node, context);
  }
  for (const node of graph.nodes) {
    for (const attribute of node.attribute) {
      for (const inner of [...(attribute.g === undefined ? [] : [attribute.g]), ...attribute.graphs]) {
        for (const { input } of inner.node)
          for (const name of input) spaces.lockTensor(name, `a subgraph of ${node.opType} reads it`);
      }
    }
  }
}

const tensorsOf = (node: NodeProto): string[] => [...node.input, ...node.output].filter((name) => name !== '');

function lockAll(node: NodeProto, { spaces }: RuleContext, reason: string): void {
  for (const tensor of tensorsOf(node)) spaces.lockTensor(tensor, reason);
}

const rank = (tensor: string, { shapeOf }: RuleContext): number => shapeOf(tensor)!.length;
const positive = (axis: number, length: number): number => (axis < 0 ? axis + length : axis);
const lockFrom = (tensor: string, from: number, context: RuleContext, reason: string): void => {
  for (let axis = from; axis < rank(tensor, context); axis += 1) context.spaces.lock(tensor, axis, reason);
};

/** A constant integer input as numbers, or null where it is computed. */
export function constantInts(tensor: string | undefined, graph: Graph): number[] | null {
  const constant = tensor === undefined || tensor === '' ? undefined : graph.constantOf(tensor);
  return constant === undefined ? null : Array.from(tensorValues(constant) as ArrayLike<number | bigint>, Number);
}

/** Every element of y comes from the same place of x. */
const elementWise: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  if (rank(x, context) !== rank(y, context))
    return lockAll(node, context, `a shape at the operator ${node.opType} is not known`);
  for (let axis = 0; axis < rank(x, context); axis += 1) context.spaces.same(x, axis, y, axis);
  return undefined;
};

/** NumPy broadcasting: equal sizes are tied, axes of size 1 are left alone. */
const broadcast: Rule = (node, context) => {
  const y = node.output[0]!;
  for (const x of node.input.filter((name) => name !== '')) {
    const shift = rank(y, context) - rank(x, context);
    for (let axis = 0; axis < rank(x, context); axis += 1) {
      if (context.shapeOf(x)![axis] !== 1 || context.shapeOf(y)![axis + shift] === 1)
        context.spaces.same(x, axis, y, axis + shift);
    }
  }
};

/** Batch and channels stay; the rest is kept whole. */
const channelWise: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  for (const axis of [0, 1]) context.spaces.same(x, axis, y, axis);
  for (const tensor of [x, y]) lockFrom(tensor, 2, context, `${node.opType} reads its neighbours`);
  for (const extra of node.output.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(extra, `${node.opType} gives indices`);
};

/** Element-wise with parameters of one value a channel. */
const perChannel: Rule = (node, context) => {
  elementWise(node, context);
  for (const parameter of node.input.slice(1).filter((name) => name !== ''))
    context.spaces.same(parameter, 0, node.input[0]!, 1);
};

const conv: Rule = (node, context) => {
  const { spaces, shapeOf, graph } = context;
  const [x = '', w = '', bias = ''] = node.input;
  const y = node.output[0]!;
  spaces.same(x, 0, y, 0);
  for (const tensor of [x, y]) lockFrom(tensor, 2, context, 'a convolution reads its neighbours');
  if (graph.constantOf(w) === undefined) return lockAll(node, context, 'the weights of a convolution are computed');
  spaces.same(w, 0, y, 1);
  if (bias !== '') spaces.same(bias, 0, y, 1);
  const group = intAttribute(node, 'group', 1);
  const inChannels = shapeOf(x)![1];
  const [out = 0, inGroup = 0] = shapeOf(w) as number[];
  if (group === 1) spaces.same(w, 1, x, 1);
  else if (inGroup === 1 && inChannels === group) {
    const multiplier = out / group;
    spaces.tie(x, 1, y, 1, (visit) => {
      for (let channel = 0; channel < group; channel += 1) {
        for (let copy = 0; copy < multiplier; copy += 1) visit(channel, channel * multiplier + copy);
      }
    });
  } else {
    tieGroups(spaces, x, inGroup, group);
    tieGroups(spaces, y, out / group, group);
    spaces.tie(x, 1, w, 1, (visit) => {
      for (let index = 0; index < inGroup; index += 1) visit(index, index);
    });
  }
  return undefined;
};

/** The same places of every group live and die together, so that the groups stay equal. */
function tieGroups(spaces: AxisSpaces, tensor: string, perGroup: number, groups: number): void {
  spaces.tie(tensor, 1, tensor, 1, (visit) => {
    for (let group = 1; group < groups; group += 1) {
      for (let index = 0; index < perGroup; index += 1) visit(index, group * perGroup + index);
    }
  });
}

const convTranspose: Rule = (node, context) => {
  const { spaces, shapeOf, graph } = context;
  const [x = '', w = '', bias = ''] = node.input;
  const y = node.output[0]!;
  spaces.same(x, 0, y, 0);
  for (const tensor of [x, y]) lockFrom(tensor, 2, context, 'a convolution reads its neighbours');
  const group = intAttribute(node, 'group', 1);
  const [inChannels, outGroup] = shapeOf(w) as number[];
  if (graph.constantOf(w) === undefined) return lockAll(node, context, 'the weights of a convolution are computed');
  spaces.same(w, 0, x, 1);
  if (bias !== '') spaces.same(bias, 0, y, 1);
  if (group === 1) spaces.same(w, 1, y, 1);
  else if (group === inChannels && outGroup === 1) spaces.same(x, 1, y, 1);
  else return lockAll(node, context, 'a grouped transposed convolution has no rule');
  return undefined;
};

const gemm: Rule = (node, context) => {
  const { spaces } = context;
  const [a = '', b = '', c = ''] = node.input;
  const y = node.output[0]!;
  const transA = intAttribute(node, 'transA', 0);
  const transB = intAttribute(node, 'transB', 0);
  if (context.graph.constantOf(b) === undefined) return lockAll(node, context, 'both sides of a product are computed');
  spaces.same(a, transA, y, 0);
  spaces.same(b, 1 - transB, y, 1);
  spaces.same(a, 1 - transA, b, transB);
  if (c !== '') {
    const shift = 2 - rank(c, context);
    for (let axis = 0; axis < rank(c, context); axis += 1)
      if (context.shapeOf(c)![axis] !== 1) spaces.same(c, axis, y, axis + shift);
  }
  return undefined;
};

const matMul: Rule = (node, context) => {
  const { spaces, shapeOf, graph } = context;
  const [a = '', b = ''] = node.input;
  const y = node.output[0]!;
  const [rankA, rankB, rankY] = [rank(a, context), rank(b, context), rank(y, context)];
  if (rankA < 2 || rankB < 2) return lockAll(node, context, 'a product with a vector has no rule');
  spaces.same(a, rankA - 2, y, rankY - 2);
  spaces.same(b, rankB - 1, y, rankY - 1);
  spaces.same(a, rankA - 1, b, rankB - 2);
  if (graph.constantOf(a) === undefined && graph.constantOf(b) === undefined) {
    spaces.lock(a, rankA - 1, 'both sides of a product are computed');
  }
  for (const [tensor, length] of [
    [a, rankA],
    [b, rankB],
  ] as const) {
    for (let axis = 0; axis < length - 2; axis += 1) {
      const other = axis + rankY - length;
      if (shapeOf(tensor)![axis] !== 1 || shapeOf(y)![other] === 1) spaces.same(tensor, axis, y, other);
    }
  }
  return undefined;
};

const concat: Rule = (node, context) => {
  const y = node.output[0]!;
  const axis = positive(intAttribute(node, 'axis', 1), rank(y, context));
  let offset = 0;
  for (const x of node.input) {
    for (let other = 0; other < rank(y, context); other += 1)
      if (other !== axis) context.spaces.same(x, other, y, other);
    const size = context.shapeOf(x)![axis];
    if (typeof size !== 'number') return lockAll(node, context, 'the sizes that a Concat joins are not known');
    const from = offset;
    context.spaces.tie(x, axis, y, axis, (visit) => {
      for (let index = 0; index < size; index += 1) visit(index, from + index);
    });
    offset += size;
  }
  return undefined;
};

const split: Rule = (node, context) => {
  const x = node.input[0]!;
  const axis = positive(intAttribute(node, 'axis', 0), rank(x, context));
  let offset = 0;
  for (const y of node.output) {
    for (let other = 0; other < rank(x, context); other += 1)
      if (other !== axis) context.spaces.same(x, other, y, other);
    const size = context.shapeOf(y)![axis];
    if (typeof size !== 'number') return lockAll(node, context, 'the sizes that a Split makes are not known');
    const from = offset;
    context.spaces.tie(x, axis, y, axis, (visit) => {
      for (let index = 0; index < size; index += 1) visit(from + index, index);
    });
    offset += size;
  }
  return undefined;
};

/** Where a Slice cuts, by axis; null where it is computed. */
export function sliceBounds(
  node: NodeProto,
  graph: Graph,
  opset: number,
): { axes: number[]; starts: number[]; ends: number[]; steps: number[] } | null {
  const starts = opset < 10 ? (intsAttribute(node, 'starts') ?? null) : constantInts(node.input[1], graph);
  const ends = opset < 10 ? (intsAttribute(node, 'ends') ?? null) : constantInts(node.input[2], graph);
  if (starts === null || ends === null) return null;
  const wanted =
    opset < 10 ? intsAttribute(node, 'axes') : node.input[3] ? constantInts(node.input[3], graph) : undefined;
  const steps = opset < 10 || !node.input[4] ? starts.map(() => 1) : constantInts(node.input[4], graph);
  if (wanted === null || steps === null) return null;
  return { axes: wanted ?? starts.map((_, axis) => axis), starts, ends, steps };
}

const slice: Rule = (node, context) => {
  const { spaces, shapeOf } = context;
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const bounds = sliceBounds(node, context.graph, context.opset);
  if (bounds === null) return lockAll(node, context, 'the bounds of a Slice are computed');
  const cut = new Map(bounds.axes.map((axis, place) => [positive(axis, rank(x, context)), place]));
  for (let axis = 0; axis < rank(x, context); axis += 1) {
    const place = cut.get(axis);
    const [size, kept] = [shapeOf(x)![axis], shapeOf(y)![axis]];
    if (place === undefined) spaces.same(x, axis, y, axis);
    else if (typeof size === 'number' && typeof kept === 'number' && bounds.steps[place] === 1) {
      const start = Math.min(size, Math.max(0, positive(bounds.starts[place]!, size)));
      spaces.tie(x, axis, y, axis, (visit) => {
        for (let index = 0; index < kept; index += 1) visit(start + index, index);
      });
    } else
      for (const tensor of [x, y]) spaces.lock(tensor, axis, 'a Slice cuts it in steps or at a size that is not known');
  }
  return undefined;
};

const transpose: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const permutation = intsAttribute(node, 'perm') ?? context.shapeOf(x)!.map((_, axis, all) => all.length - 1 - axis);
  permutation.forEach((from, to) => context.spaces.same(x, from, y, to));
};

const reshape: Rule = (node, context) => {
  const constant =
    node.opType !== 'Reshape' || constantInts(node.input[1], context.graph) !== null || context.opset < 5;
  if (!constant) return lockAll(node, context, 'the target of a Reshape is computed');
  tieReshape(node.input[0]!, node.output[0]!, context);
  return undefined;
};

const pad: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const pads = context.opset < 11 ? intsAttribute(node, 'pads') : constantInts(node.input[1], context.graph);
  if (pads === undefined || pads === null || (node.input[3] ?? '') !== '')
    return lockAll(node, context, 'the widths of a Pad are computed');
  const length = rank(x, context);
  for (let axis = 0; axis < length; axis += 1) {
    if (pads[axis] === 0 && pads[axis + length] === 0) context.spaces.same(x, axis, y, axis);
    else for (const tensor of [x, y]) context.spaces.lock(tensor, axis, 'it is padded');
  }
  return undefined;
};

const resize: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const { graph, shapeOf, spaces } = context;
  const places = node.opType === 'Upsample' ? [1] : [2, 3];
  const computed = node.input.some((name, place) => place > 0 && name !== '' && graph.constantOf(name) === undefined);
  const bySizes = places.includes(3) && (node.input[3] ?? '') !== '';
  if (computed || bySizes)
    return lockAll(node, context, `the target of a ${node.opType} names or computes its channels`);
  for (let axis = 0; axis < rank(x, context); axis += 1) {
    if (axis < 2 && shapeOf(x)![axis] === shapeOf(y)![axis]) spaces.same(x, axis, y, axis);
    else for (const tensor of [x, y]) spaces.lock(tensor, axis, 'it is resized');
  }
  return undefined;
};

/** Axes that are summed up can't lose members; the others go through. */
const reduce: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const length = rank(x, context);
  const given =
    intsAttribute(node, 'axes') ??
    ((node.input[1] ?? '') === '' ? undefined : constantInts(node.input[1], context.graph));
  if (given === null) return lockAll(node, context, `the axes of ${node.opType} are computed`);
  const reduced = new Set((given ?? context.shapeOf(x)!.map((_, axis) => axis)).map((axis) => positive(axis, length)));
  const keeps = intAttribute(node, 'keepdims', 1) === 1;
  let at = 0;
  for (let axis = 0; axis < length; axis += 1) {
    if (reduced.has(axis)) context.spaces.lock(x, axis, `${node.opType} runs over it`);
    else context.spaces.same(x, axis, y, at);
    if (keeps || !reduced.has(axis)) at += 1;
  }
  return undefined;
};

/** Normalizes over one axis, or before opset 13 over all from it on. */
const softmax: Rule = (node, context) => {
  elementWise(node, context);
  const x = node.input[0]!;
  const axis = positive(intAttribute(node, 'axis', context.opset < 13 ? 1 : -1), rank(x, context));
  if (context.opset < 13) lockFrom(x, axis, context, `${node.opType} runs over it`);
  else context.spaces.lock(x, axis, `${node.opType} runs over it`);
};

const layerNormalization: Rule = (node, context) => {
  elementWise(node, context);
  const x = node.input[0]!;
  lockFrom(x, positive(intAttribute(node, 'axis', -1), rank(x, context)), context, 'LayerNormalization runs over it');
  for (const parameter of node.input.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(parameter, 'LayerNormalization runs over it');
  for (const extra of node.output.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(extra, 'it holds statistics');
};

const globalPool: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  for (const axis of [0, 1]) context.spaces.same(x, axis, y, axis);
  lockFrom(x, 2, context, `${node.opType} runs over it`);
};

/** Only the sizes that it reads must stay. */
const shape: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const readers = context.graph.consumersOf(y);
  const picked = readers.map((reader) =>
    reader.opType === 'Gather' ? constantInts(reader.input[1], context.graph) : null,
  );
  if (readers.length === 0 || picked.some((indices) => indices === null) || context.graph.isOutput(y)) {
    return context.spaces.lockTensor(x, 'its shape is read');
  }
  for (const index of picked.flat()) context.spaces.lock(x, positive(index!, rank(x, context)), 'its size is read');
  return undefined;
};

const prelu: Rule = (node, context) => {
  const [x = '', slope = ''] = node.input;
  elementWise(node, context);
  const shift = rank(x, context) - rank(slope, context);
  for (let axis = 0; axis < rank(slope, context); axis += 1) {
    if (context.shapeOf(slope)![axis] !== 1) context.spaces.same(slope, axis, x, axis + shift);
  }
};

/** Rank-changing without moving data: by the reshape rule, whatever the axes input says. */
const squeeze: Rule = (node, context) => tieReshape(node.input[0]!, node.output[0]!, context);

const autoPad =
  (rule: Rule): Rule =>
  (node, context) =>
    stringAttribute(node, 'auto_pad', 'NOTSET') === ''
      ? lockAll(node, context, 'its padding is not stated')
      : rule(node, context);

const named = (names: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

const rules: Readonly<Record<string, Rule>> = {
  ...named(
    'Relu LeakyRelu Sigmoid Tanh Elu Selu HardSigmoid HardSwish Erf Exp Log Sqrt Abs Neg Reciprocal Floor Ceil Round Softplus Softsign Identity Dropout Cast Gelu Mish Not Sin Cos Sign Celu ThresholdedRelu Clip',
    elementWise,
  ),
  ...named('Add Sub Mul Div Pow Min Max Where Equal Less Greater And Or', broadcast),
  ...named('MaxPool AveragePool LpPool', channelWise),
  ...named('GlobalAveragePool GlobalMaxPool GlobalLpPool', globalPool),
  BatchNormalization: perChannel,
  InstanceNormalization: (node, context) => {
    perChannel(node, context);
    lockFrom(node.input[0]!, 2, context, 'InstanceNormalization runs over it');
  },
  PRelu: prelu,
  Conv: autoPad(conv),
  ConvTranspose: autoPad(convTranspose),
  Gemm: gemm,
  MatMul: matMul,
  Concat: concat,
  Split: split,
  Slice: slice,
  Transpose: transpose,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: squeeze,
  Unsqueeze: squeeze,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  ...named(
    'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceProd ReduceLogSumExp ReduceSumSquare',
    reduce,
  ),
  ...named('Softmax LogSoftmax Hardmax', softmax),
  LayerNormalization: layerNormalization,
  Shape: shape,
  Constant: () => {},
};

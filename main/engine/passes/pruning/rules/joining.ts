/** Operators that join, cut or rearrange axes. */
import type { Graph } from '../../../graph/graph.ts';
import { intAttribute, intsAttribute } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { tieReshape } from './reshape.ts';
import { constantInts, lockAll, named, positive, rank } from './rule.ts';
import type { Rule } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

const concat: Rule = (node, context) => {
  const y = node.output[0]!;
  const axis = positive(intAttribute(node, 'axis', 1), rank(y, context));
  let offset = 0;
  for (const x of node.input) {
    for (let other = 0; other < rank(y, context); other += 1)
      if (other !== axis) context.spaces.same(x, other, y, other);
    const size = context.shapeOf(x)![axis];
    if (typeof size !== 'number') return lockAll(node, context, say('concatSizesUnknown'));
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
    const size = context.shapeOf(y)?.[axis];
    if (typeof size !== 'number') return lockAll(node, context, say('splitSizesUnknown'));
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
  if (bounds === null) return lockAll(node, context, say('sliceComputed'));
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
    } else for (const tensor of [x, y]) spaces.lock(tensor, axis, say('slicedInSteps'));
  }
  return undefined;
};

const transpose: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const permutation = intsAttribute(node, 'perm') ?? context.shapeOf(x)!.map((_, axis, all) => all.length - 1 - axis);
  permutation.forEach((from, to) => context.spaces.same(x, from, y, to));
};

const reshape: Rule = (node, context) => {
  if (node.opType === 'Reshape' && context.opset >= 5 && constantInts(node.input[1], context.graph) === null)
    return lockAll(node, context, say('reshapeComputed'));
  return tieReshape(node.input[0]!, node.output[0]!, context);
};

const pad: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const pads = context.opset < 11 ? intsAttribute(node, 'pads') : constantInts(node.input[1], context.graph);
  if (pads === undefined || pads === null || (node.input[3] ?? '') !== '')
    return lockAll(node, context, say('padComputed'));
  const length = rank(x, context);
  for (let axis = 0; axis < length; axis += 1) {
    if (pads[axis] === 0 && pads[axis + length] === 0) context.spaces.same(x, axis, y, axis);
    else for (const tensor of [x, y]) context.spaces.lock(tensor, axis, say('padded'));
  }
  return undefined;
};

const resize: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const { graph, shapeOf, spaces } = context;
  const computed = node.input.some((name, place) => place > 0 && name !== '' && graph.constantOf(name) === undefined);
  if (computed || (node.input[3] ?? '') !== '')
    return lockAll(node, context, say('targetNamesChannels', { operator: node.opType }));
  for (let axis = 0; axis < rank(x, context); axis += 1) {
    if (axis < 2 && shapeOf(x)![axis] === shapeOf(y)![axis]) spaces.same(x, axis, y, axis);
    else for (const tensor of [x, y]) spaces.lock(tensor, axis, say('resized'));
  }
  return undefined;
};

export const joiningRules = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Transpose: transpose,
  ...named('Reshape Flatten Squeeze Unsqueeze', reshape),
  Pad: pad,
  ...named('Resize Upsample', resize),
};

/** Operators that run over whole axes: what they sum up can't lose members. */
import { intAttribute, intsAttribute } from '../../../onnx/proto.ts';
import { elementWise } from './element-wise.ts';
import { constantInts, lockAll, lockFrom, named, positive, rank } from './rule.ts';
import type { Rule } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

/** Batch and channels stay; the rest is kept whole. */
const pool: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  for (const axis of [0, 1]) context.spaces.same(x, axis, y, axis);
  for (const tensor of [x, y]) lockFrom(tensor, 2, context, say('readsNeighbours', { operator: node.opType }));
  for (const extra of node.output.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(extra, say('givesIndices', { operator: node.opType }));
};

const reduce: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const length = rank(x, context);
  const given =
    intsAttribute(node, 'axes') ??
    ((node.input[1] ?? '') === '' ? undefined : constantInts(node.input[1], context.graph));
  if (given === null) return lockAll(node, context, say('axesComputed', { operator: node.opType }));
  if ((given ?? []).length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1)
    return elementWise(node, context);
  const axes = given === undefined || given.length === 0 ? context.shapeOf(x)!.map((_, axis) => axis) : given;
  const reduced = new Set(axes.map((axis) => positive(axis, length)));
  const keeps = intAttribute(node, 'keepdims', 1) === 1;
  let at = 0;
  for (let axis = 0; axis < length; axis += 1) {
    if (reduced.has(axis)) context.spaces.lock(x, axis, say('runsOver', { operator: node.opType }));
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
  if (context.opset < 13) lockFrom(x, axis, context, say('runsOver', { operator: node.opType }));
  else context.spaces.lock(x, axis, say('runsOver', { operator: node.opType }));
};

const layerNormalization: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  for (let axis = 0; axis < rank(x, context); axis += 1) context.spaces.same(x, axis, y, axis);
  lockFrom(
    x,
    positive(intAttribute(node, 'axis', -1), rank(x, context)),
    context,
    say('runsOver', { operator: 'LayerNormalization' }),
  );
  for (const parameter of node.input.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(parameter, say('runsOver', { operator: 'LayerNormalization' }));
  for (const extra of node.output.slice(1).filter((name) => name !== ''))
    context.spaces.lockTensor(extra, say('holdsStatistics'));
};

/** Only the sizes that it reads must stay. */
const shape: Rule = (node, context) => {
  const [x = '', y = ''] = [node.input[0], node.output[0]];
  const readers = context.graph.consumersOf(y);
  const picked = readers.map((reader) =>
    reader.opType === 'Gather' ? constantInts(reader.input[1], context.graph) : null,
  );
  const isWhole = intAttribute(node, 'start', 0) === 0 && intsAttribute(node, 'end') === undefined;
  if (!isWhole || readers.length === 0 || picked.some((indices) => indices === null) || context.graph.isOutput(y))
    return context.spaces.lockTensor(x, say('shapeRead'));
  const read = new Set(picked.flat().map((index) => positive(index!, rank(x, context))));
  for (let axis = 0; axis < rank(x, context); axis += 1) {
    if (read.has(axis)) context.spaces.lock(x, axis, say('sizeRead'));
    else context.spaces.leave(x, axis);
  }
  return undefined;
};

export const summingRules = {
  ...named('MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool GlobalLpPool', pool),
  ...named(
    'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceProd ReduceLogSum ReduceLogSumExp ReduceSumSquare',
    reduce,
  ),
  ...named('Softmax LogSoftmax Hardmax', softmax),
  LayerNormalization: layerNormalization,
  Shape: shape,
};

/** Operators whose outputs come from the same place of their inputs. */
import { intAttribute } from '../../../onnx/proto.ts';
import { lockAll, lockFrom, named, rank } from './rule.ts';
import type { Rule } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

/** Every element of every output comes from the same place of the first input. */
export const elementWise: Rule = (node, context) => {
  const [x = ''] = node.input;
  for (const y of node.output.filter((name) => name !== '')) {
    if (rank(x, context) !== rank(y, context))
      return lockAll(node, context, say('shapeUnknown', { operator: node.opType }));
    for (let axis = 0; axis < rank(x, context); axis += 1) context.spaces.same(x, axis, y, axis);
  }
  return undefined;
};

/** NumPy broadcasting: equal sizes are tied, axes of size 1 are left alone. */
const broadcast: Rule = (node, context) => {
  if (context.opset < 7) return lockAll(node, context, say('broadcastsOtherwise', { operator: node.opType }));
  const y = node.output[0]!;
  for (const x of node.input.filter((name) => name !== '')) {
    const shift = rank(y, context) - rank(x, context);
    for (let axis = 0; axis < rank(x, context); axis += 1) {
      if (context.shapeOf(x)![axis] !== 1 || context.shapeOf(y)![axis + shift] === 1)
        context.spaces.same(x, axis, y, axis + shift);
    }
  }
  return undefined;
};

/** Parameters of one value a channel. */
const perChannel: Rule = (node, context) => {
  const isTraining = intAttribute(node, 'training_mode', 0) === 1 || node.output.slice(1).some((name) => name !== '');
  if (isTraining) return lockAll(node, context, say('inTraining', { operator: node.opType }));
  elementWise(node, context);
  for (const parameter of node.input.slice(1).filter((name) => name !== ''))
    context.spaces.same(parameter, 0, node.input[0]!, 1);
  return undefined;
};

const instanceNormalization: Rule = (node, context) => {
  perChannel(node, context);
  lockFrom(node.input[0]!, 2, context, say('runsOver', { operator: 'InstanceNormalization' }));
};

/** Slopes are broadcast to the input. */
const prelu: Rule = (node, context) => {
  if (context.opset < 7) return lockAll(node, context, say('broadcastsOtherwise', { operator: 'PRelu' }));
  const [x = '', slope = ''] = node.input;
  elementWise(node, context);
  const shift = rank(x, context) - rank(slope, context);
  for (let axis = 0; axis < rank(slope, context); axis += 1) {
    if (context.shapeOf(slope)![axis] !== 1) context.spaces.same(slope, axis, x, axis + shift);
  }
  return undefined;
};

export const elementWiseRules = {
  ...named(
    'Relu LeakyRelu Sigmoid Tanh Elu Selu HardSigmoid HardSwish Erf Exp Log Sqrt Abs Neg Reciprocal Floor Ceil Round Softplus Softsign Identity Dropout Cast Gelu Mish Not Sin Cos Sign Celu ThresholdedRelu Clip',
    elementWise,
  ),
  ...named('Add Sub Mul Div Pow Min Max Where Equal Less Greater And Or', broadcast),
  BatchNormalization: perChannel,
  InstanceNormalization: instanceNormalization,
  PRelu: prelu,
};

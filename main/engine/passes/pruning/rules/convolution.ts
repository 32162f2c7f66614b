/** Convolutions: outputs are made along one axis of the weights, inputs read along another. */
import { intAttribute, stringAttribute } from '../../../onnx/proto.ts';
import type { AxisSpaces } from '../axis-spaces.ts';
import { lockAll, lockFrom } from './rule.ts';
import type { Rule } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

const conv: Rule = (node, context) => {
  const { spaces, shapeOf } = context;
  const [x = '', w = '', bias = ''] = node.input;
  const y = node.output[0]!;
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
  const { spaces, shapeOf } = context;
  const [x = '', w = '', bias = ''] = node.input;
  const y = node.output[0]!;
  const group = intAttribute(node, 'group', 1);
  const [inChannels, outGroup] = shapeOf(w) as number[];
  spaces.same(w, 0, x, 1);
  if (bias !== '') spaces.same(bias, 0, y, 1);
  if (group === 1) spaces.same(w, 1, y, 1);
  else if (group === inChannels && outGroup === 1) spaces.same(x, 1, y, 1);
  else return lockAll(node, context, say('noGroupedTransposed'));
  return undefined;
};

/** What holds of both: constant weights of known shape, batch kept, the rest of the axes whole. */
const convolution =
  (rule: Rule): Rule =>
  (node, context) => {
    const [x = '', w = ''] = node.input;
    const y = node.output[0]!;
    if (context.graph.constantOf(w) === undefined) return lockAll(node, context, say('convolutionWeightsComputed'));
    if (stringAttribute(node, 'auto_pad', 'NOTSET') === '') return lockAll(node, context, say('paddingNotStated'));
    context.spaces.same(x, 0, y, 0);
    for (const tensor of [x, y]) lockFrom(tensor, 2, context, say('convolutionNeighbours'));
    return rule(node, context);
  };

export const convolutionRules = { Conv: convolution(conv), ConvTranspose: convolution(convTranspose) };

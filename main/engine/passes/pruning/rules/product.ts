/** Matrix products. */
import { intAttribute } from '../../../onnx/proto.ts';
import { lockAll, rank } from './rule.ts';
import type { Rule } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

const gemm: Rule = (node, context) => {
  const { spaces } = context;
  const [a = '', b = '', c = ''] = node.input;
  const y = node.output[0]!;
  const transA = intAttribute(node, 'transA', 0);
  const transB = intAttribute(node, 'transB', 0);
  if (context.graph.constantOf(b) === undefined) return lockAll(node, context, say('productComputed'));
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
  if (rankA < 2 || rankB < 2) return lockAll(node, context, say('vectorProduct'));
  spaces.same(a, rankA - 2, y, rankY - 2);
  spaces.same(b, rankB - 1, y, rankY - 1);
  spaces.same(a, rankA - 1, b, rankB - 2);
  if (graph.constantOf(a) === undefined && graph.constantOf(b) === undefined)
    spaces.lock(a, rankA - 1, say('productComputed'));
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

export const productRules = { Gemm: gemm, MatMul: matMul };

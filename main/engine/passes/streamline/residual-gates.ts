/*
 *   x ─┬─────────────────────┬─────► Add ──► y          x ─┬─────────────────────────────► Mul ──► y
 *      │                     │        ▲         becomes    │                                ▲
 *      └─► … z ─► HardSigmoid ─► Mul ─┘                    └─► … Conv(α·W, α·c + β + 1) ─► Clip(1, 2)
 *
 * Squeeze-and-excitation with a residual (PP-OCR's RSE layer): x + x·g = x·(1 + g), one pass over x instead of two.
 */
import { floatAttribute, makeNode, withInputs, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { floatTensor, makeTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { clipNode, convolutionWeight, isPlain, onlyReader, replace } from './rewriting.ts';
import type { Rewriting, Rule } from './rewriting.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Rewrites one residual gate. */
export const residualGates: Rule = (rewriting, node) => {
  if (!isPlain(node, 'Add')) return false;
  const [left = '', right = ''] = node.input;
  return rewriteGate(rewriting, node, left, right) || rewriteGate(rewriting, node, right, left);
};

function rewriteGate(rewriting: Rewriting, add: NodeProto, x: string, product: string): boolean {
  const { graph, nameOf } = rewriting;
  const mul = graph.producerOf(product);
  if (mul === undefined || !isPlain(mul, 'Mul') || onlyReader(rewriting, product) !== add || !mul.input.includes(x))
    return false;
  const gateName = mul.input[0] === x ? mul.input[1]! : mul.input[0]!;
  const sigmoid = graph.producerOf(gateName);
  if (sigmoid === undefined || !isPlain(sigmoid, 'HardSigmoid') || onlyReader(rewriting, gateName) !== mul)
    return false;
  const excited = sigmoid.input[0]!;
  const conv = graph.producerOf(excited);
  if (conv === undefined || !isPlain(conv, 'Conv') || onlyReader(rewriting, excited) !== sigmoid) return false;
  const scaled = excitation(rewriting, conv, sigmoid);
  if (scaled === null) return false;
  const before = nameOf(`${excited}_scaled`);
  const gate = nameOf(`${gateName}_plus_one`);
  return replace(
    rewriting,
    [conv, sigmoid, mul, add],
    [
      withOutputs(scaled, [before]),
      clipNode(rewriting, [before, gate], [1, 2]),
      makeNode('Mul', [x, gate], [add.output[0]!], { name: nameOf(`${add.output[0]!}_gated`) }),
    ],
    say('residualGated'),
  );
}

/** The convolution before the gate with α, β and the residual's 1 in its weights; null where it can't take them. */
function excitation({ graph, nameOf, initializers }: Rewriting, conv: NodeProto, sigmoid: NodeProto): NodeProto | null {
  const weight = convolutionWeight(graph, conv);
  const bias = conv.input[2] ? graph.constantOf(conv.input[2]) : null;
  if (weight === null || bias === undefined) return null;
  const alpha = floatAttribute(sigmoid, 'alpha', Math.fround(0.2));
  const beta = floatAttribute(sigmoid, 'beta', 0.5);
  const values = tensorValues(weight) as Float32Array;
  const channels = tensorShape(weight)[0]!;
  const old = bias === null ? null : (tensorValues(bias) as Float32Array);
  const weightName = nameOf(`${conv.input[1]!}_gated`);
  const biasName = nameOf(`${conv.output[0]!}_offset`);
  const scaled = values.map((value) => alpha * value);
  initializers.set(weightName, makeTensor(weightName, weight.dataType!, tensorShape(weight), scaled));
  const offsets = Float32Array.from({ length: channels }, (_, channel) => alpha * (old?.[channel] ?? 0) + beta + 1);
  initializers.set(biasName, floatTensor(biasName, offsets));
  return withInputs(conv, [conv.input[0]!, weightName, biasName]);
}

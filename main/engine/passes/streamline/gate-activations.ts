/*
 *   x ─┬────────────────────────────► Mul ──► k·y         x ─┬──────────────────────────────────► Mul ──► y
 *      └─► Add(3) ─► Clip(0, 6) ──────┘            becomes   └─► Conv(k·α, k·β, a channel each) ─► Clip ──┘
 *
 * Hard swish (Howard et al. 2019, "Searching for MobileNetV3") and its kin: a product of x with clip(α·x + β). Between blocked
 * convolutions, ONNX Runtime keeps its blocked layout through a convolution, whose Clip it fuses, and through a product of two
 * blocked tensors; through an addition of a constant, a Clip or a HardSigmoid it does not, and reorders x before and after.
 */
import { floatAttribute, makeNode } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import {
  blockedChannels,
  channelConv,
  clipBounds,
  clipNode,
  isPlain,
  onlyReader,
  replace,
  scalarAffine,
} from './rewriting.ts';
import type { Rewriting, Rule } from './rewriting.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** clip(α·x + β, low, high), computed by `nodes`. */
interface Gate {
  readonly input: string;
  readonly multiplier: number;
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  readonly nodes: readonly NodeProto[];
}

/** Rewrites one gated activation. */
export const gateActivations: Rule = (rewriting, node) => {
  const found = findProduct(rewriting, node);
  if (found === null) return false;
  const { graph, nameOf } = rewriting;
  const channels = blockedChannels(graph, found.input);
  if (channels === null) return false;
  const { factor, nodes: chain, output } = scalesAfter(rewriting, node);
  const scaled = nameOf(`${output}_scaled`);
  const gate = nameOf(`${output}_gate`);
  const affine = { multiplier: factor * found.multiplier, offset: factor * found.offset };
  const bounds = [factor * found.low, factor * found.high].sort((a, b) => a - b) as [number, number];
  return replace(
    rewriting,
    [...found.nodes, node, ...chain].filter((one, index, all) => all.indexOf(one) === index),
    [
      channelConv(rewriting, [found.input, scaled], channels, affine),
      clipNode(rewriting, [scaled, gate], bounds),
      makeNode('Mul', [found.input, gate], [output], { name: nameOf(`${output}_product`) }),
    ],
    say('activationInBlocks'),
  );
};

function findProduct(rewriting: Rewriting, node: NodeProto): Gate | null {
  if (isPlain(node, 'HardSwish')) {
    return { input: node.input[0]!, multiplier: 1 / 6, offset: 0.5, low: 0, high: 1, nodes: [] };
  }
  if (!isPlain(node, 'Mul')) return null;
  const [left = '', right = ''] = node.input;
  return gateOf(rewriting, right, left) ?? gateOf(rewriting, left, right);
}

function gateOf(rewriting: Rewriting, tensor: string, input: string): Gate | null {
  const { graph } = rewriting;
  const last = graph.producerOf(tensor);
  if (last === undefined || onlyReader(rewriting, tensor) === undefined) return null;
  if (isPlain(last, 'HardSigmoid') && last.input[0] === input) {
    const multiplier = floatAttribute(last, 'alpha', Math.fround(0.2));
    return { input, multiplier, offset: floatAttribute(last, 'beta', 0.5), low: 0, high: 1, nodes: [last] };
  }
  const inner = last.input.find((name) => scalarAffine(graph, last, name) !== null);
  if (inner !== undefined && inner !== input) {
    const { multiplier, offset } = scalarAffine(graph, last, inner)!;
    const gate = offset === 0 ? gateOf(rewriting, inner, input) : null;
    return gate === null ? null : { ...scaleGate(gate, multiplier), nodes: [...gate.nodes, last] };
  }
  const bounds = clipBounds(graph, last);
  const before = bounds === null ? undefined : graph.producerOf(last.input[0]!);
  if (bounds === null || before === undefined || onlyReader(rewriting, last.input[0]!) === undefined) return null;
  const affine = scalarAffine(graph, before, input);
  if (affine === null || !bounds.every(Number.isFinite)) return null;
  return { input, ...affine, low: bounds[0], high: bounds[1], nodes: [before, last] };
}

const scaleGate = (gate: Gate, factor: number): Gate => ({
  ...gate,
  multiplier: factor * gate.multiplier,
  offset: factor * gate.offset,
  low: Math.min(factor * gate.low, factor * gate.high),
  high: Math.max(factor * gate.low, factor * gate.high),
});

/** Multiplications by constants that follow, which the gate can do. */
function scalesAfter(
  rewriting: Rewriting,
  from: NodeProto,
): { readonly factor: number; readonly nodes: readonly NodeProto[]; readonly output: string } {
  const nodes: NodeProto[] = [];
  let factor = 1;
  let output = from.output[0]!;
  for (;;) {
    const next = onlyReader(rewriting, output);
    const affine = next === undefined ? null : scalarAffine(rewriting.graph, next, output);
    if (next === undefined || affine === null || affine.offset !== 0 || affine.multiplier === 0) break;
    factor *= affine.multiplier;
    nodes.push(next);
    output = next.output[0]!;
  }
  return { factor, nodes, output };
}

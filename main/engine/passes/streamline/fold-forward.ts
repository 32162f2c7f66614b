/*
 *   x ──► Mul(k) ──► Add(b) ──► Conv(W, c), unpadded       becomes       x ──► Conv(k·W, c + b·ΣW)
 *
 * A padded convolution takes the multiplication, not the addition: around the input stand zeros, not b. There the addition
 * becomes a convolution of its own, which ONNX Runtime computes in the blocked layout; an addition of a constant it does not.
 */
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { withInputs } from '../../onnx/proto.ts';
import { floatTensor, makeTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { nodeLabel } from '../node-report.ts';
import {
  blockedChannels,
  channelConv,
  convolutionWeight,
  isPlain,
  isUnpadded,
  replace,
  scalarAffine,
} from './rewriting.ts';
import type { Rewriting, Rule } from './rewriting.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Folds an operator with one constant into the convolutions that read it. */
export const foldForward: Rule = (rewriting, node) => {
  const { graph, captured } = rewriting;
  const input = node.input.find((name) => scalarAffine(graph, node, name) !== null);
  const output = node.output[0]!;
  if (input === undefined || graph.isOutput(output) || captured.has(output)) return false;
  const affine = scalarAffine(graph, node, input)!;
  const readers = graph.consumersOf(output);
  if (readers.length === 0 || !readers.every((reader) => takes(rewriting, reader, output, affine.offset))) return false;
  if ([node, ...readers].some((one) => rewriting.replaced.has(one))) return false;
  for (const reader of readers) {
    const folded = foldedConvolution(rewriting, reader, input, affine);
    replace(rewriting, [reader], [folded], say('takesConstant', { operator: node.opType, node: nodeLabel(node) }));
  }
  return replace(rewriting, [node], [], say('foldedForward'));
};

function takes({ graph }: Rewriting, reader: NodeProto, tensor: string, offset: number): boolean {
  const weight = convolutionWeight(graph, reader);
  if (weight === null || reader.input[0] !== tensor) return false;
  const hasBias = Boolean(reader.input[2]);
  if (hasBias && graph.constantOf(reader.input[2]!) === undefined) return false;
  return offset === 0 || isUnpadded(reader);
}

function foldedConvolution(
  { graph, nameOf, initializers }: Rewriting,
  conv: NodeProto,
  input: string,
  { multiplier, offset }: { readonly multiplier: number; readonly offset: number },
): NodeProto {
  const weight = graph.constantOf(conv.input[1]!) as TensorProto;
  const values = tensorValues(weight) as Float32Array;
  const ownName = (name: string): string =>
    graph.consumersOf(name).length === 1 && graph.initializers.has(name) ? name : nameOf(`${name}_folded`);
  const weightName = multiplier === 1 ? conv.input[1]! : ownName(conv.input[1]!);
  if (multiplier !== 1) {
    const scaled = values.map((value) => value * multiplier);
    initializers.set(weightName, makeTensor(weightName, weight.dataType!, tensorShape(weight), scaled));
  }
  if (offset === 0) return withInputs(conv, [input, weightName, ...conv.input.slice(2)]);
  const channels = tensorShape(weight)[0]!;
  const inner = values.length / channels;
  const old = conv.input[2] ? (tensorValues(graph.constantOf(conv.input[2])!) as Float32Array) : null;
  const bias = Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let index = channel * inner; index < (channel + 1) * inner; index += 1) sum += values[index]!;
    return (old?.[channel] ?? 0) + offset * multiplier * sum;
  });
  const biasName = conv.input[2] ? ownName(conv.input[2]) : nameOf(`${nodeLabel(conv)}_bias`);
  initializers.set(biasName, floatTensor(biasName, bias));
  return withInputs(conv, [input, weightName, biasName]);
}

/** Makes an addition between a gated product and blocked readers a convolution. */
export const shiftInBlocks: Rule = (rewriting, node) => {
  const { graph } = rewriting;
  const input = node.input.find((name) => scalarAffine(graph, node, name) !== null);
  if (input === undefined || !isPlain(node, 'Add', 'Sub')) return false;
  const product = graph.producerOf(input);
  const channels = product !== undefined && isPlain(product, 'Mul') ? productChannels(rewriting, product) : null;
  const output = node.output[0]!;
  const readers = graph.consumersOf(output);
  const staysBlocked = readers.length > 0 && readers.every((reader) => isBlocked(rewriting, reader, output));
  if (channels === null || !staysBlocked || graph.isOutput(output)) return false;
  return replace(
    rewriting,
    [node],
    [channelConv(rewriting, [input, output], channels, scalarAffine(graph, node, input)!)],
    say('shiftedInBlocks'),
  );
};

/** Channels of a product of two tensors that convolutions wrote (one of them through a Clip). */
function productChannels({ graph }: Rewriting, product: NodeProto): number | null {
  const channels = product.input.map((name) => {
    const producer = graph.producerOf(name);
    return blockedChannels(graph, producer !== undefined && isPlain(producer, 'Clip') ? producer.input[0]! : name);
  });
  return channels.length === 2 && channels[0] === channels[1] ? channels[0]! : null;
}

function isBlocked({ graph }: Rewriting, reader: NodeProto, tensor: string): boolean {
  if (isPlain(reader, 'GlobalAveragePool', 'MaxPool', 'AveragePool')) return true;
  const weight = convolutionWeight(graph, reader);
  return weight !== null && reader.input[0] === tensor;
}

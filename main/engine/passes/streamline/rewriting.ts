/** What the rules of this pass share: how they say what they change, and what they ask of the graph. */
import type { NodeReport } from '../../../../shared/recipe.ts';
import { nameGiver, opsetVersion, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { DataType, intsAttribute, makeNode, stringAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { elementCount, floatTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { changed } from '../node-report.ts';
import { allCapturedNames } from '../normalize/step.ts';
import type { StepResult } from '../normalize/step.ts';

/** A graph being rewritten: nodes to replace, initializers to add. */
export interface Rewriting {
  readonly graph: Graph;
  readonly captured: ReadonlySet<string>;
  readonly nameOf: (wanted: string) => string;
  readonly replaced: Map<NodeProto, readonly NodeProto[]>;
  readonly initializers: Map<string, TensorProto>;
  readonly reports: NodeReport[];
}

/** Looks at each node in order; a rule that finds its pattern at the node fills in the rewriting and says so. */
export type Rule = (rewriting: Rewriting, node: NodeProto) => boolean;

/** Applies the rule until it finds nothing more. Counts how often it did. */
export function applyRule(start: Graph, rule: Rule): StepResult {
  const reports: NodeReport[] = [];
  let graph = start;
  let count = 0;
  for (;;) {
    const rewriting: Rewriting = {
      graph,
      captured: allCapturedNames(graph),
      nameOf: nameGiver(graph),
      replaced: new Map(),
      initializers: new Map(graph.initializers),
      reports,
    };
    // A node that another match touches waits for the next round, which sees the graph as it then is.
    const found = graph.nodes.filter((node) => !rewriting.replaced.has(node) && rule(rewriting, node)).length;
    if (found === 0) return { graph, nodes: reports, count };
    count += found;
    graph = withChanges(graph, {
      nodes: graph.nodes.flatMap((node) => rewriting.replaced.get(node) ?? [node]),
      initializers: rewriting.initializers.values(),
    });
  }
}

/** Replaces nodes by others, which stand where the last of them stood. False, and nothing is changed, where one is taken already. */
export function replace(
  { replaced, reports }: Rewriting,
  nodes: readonly NodeProto[],
  by: readonly NodeProto[],
  reason: string,
): boolean {
  if (nodes.some((node) => replaced.has(node))) return false;
  for (const node of nodes) {
    replaced.set(node, []);
    reports.push(changed(node, reason));
  }
  replaced.set(nodes.at(-1)!, by);
  return true;
}

/** The only reader of a tensor that nothing else sees; undefined where there is another, or an output or a subgraph sees it. */
export function onlyReader({ graph, captured }: Rewriting, tensor: string): NodeProto | undefined {
  const [reader, ...others] = graph.consumersOf(tensor);
  return others.length > 0 || graph.isOutput(tensor) || captured.has(tensor) ? undefined : reader;
}

/** Whether the node is one of these of the standard operator set. */
export const isPlain = (node: NodeProto, ...operators: readonly string[]): boolean =>
  node.domain === '' && operators.includes(node.opType);

/** The one value of a float32 constant of one element, or null. */
function scalarOf(graph: Graph, tensor: string | undefined): number | null {
  const constant = tensor === undefined ? undefined : graph.constantOf(tensor);
  if (constant?.dataType !== DataType.FLOAT || elementCount(constant) !== 1 || tensorShape(constant).length > 1)
    return null;
  return Number(tensorValues(constant)[0]);
}

/** What a scalar operator does to the tensor: y = multiplier·x + offset; null where it does anything else. */
export function scalarAffine(
  graph: Graph,
  node: NodeProto,
  input: string,
): { readonly multiplier: number; readonly offset: number } | null {
  if (!isPlain(node, 'Mul', 'Div', 'Add', 'Sub')) return null;
  const [left, right] = node.input;
  if (left !== input && (right !== input || !['Mul', 'Add'].includes(node.opType))) return null;
  const scalar = scalarOf(graph, left === input ? right : left);
  if (scalar === null || !Number.isFinite(scalar)) return null;
  switch (node.opType) {
    case 'Mul':
      return { multiplier: scalar, offset: 0 };
    case 'Div':
      return scalar === 0 ? null : { multiplier: 1 / scalar, offset: 0 };
    case 'Add':
      return { multiplier: 1, offset: scalar };
    default:
      return { multiplier: 1, offset: -scalar };
  }
}

/** The float32 weight of a convolution of two spatial axes, or null. */
export function convolutionWeight(graph: Graph, node: NodeProto): TensorProto | null {
  if (!isPlain(node, 'Conv')) return null;
  const weight = graph.constantOf(node.input[1]!);
  return weight?.dataType === DataType.FLOAT && weight.dims.length === 4 ? weight : null;
}

/** Whether a convolution reads no zeros around its input. */
export const isUnpadded = (node: NodeProto): boolean =>
  ['NOTSET', 'VALID', ''].includes(stringAttribute(node, 'auto_pad', 'NOTSET')) &&
  (intsAttribute(node, 'pads') ?? []).every((pad) => pad === 0);

/** ONNX Runtime's blocked layout (NCHWc) holds 8 channels a block with AVX2, 16 with AVX-512; NEON's holds 4. */
const blockSize = 8;

/** Channels of a tensor that a convolution wrote in whole blocks; null for any other. */
export function blockedChannels(graph: Graph, tensor: string): number | null {
  const producer = graph.producerOf(tensor);
  if (producer === undefined || !isPlain(producer, 'Conv')) return null;
  const weight = convolutionWeight(graph, producer);
  const channels = weight === null ? 0 : tensorShape(weight)[0]!;
  return channels > 0 && channels % blockSize === 0 ? channels : null;
}

/** A convolution of one weight and one offset a channel, the same for all: y = multiplier·x + offset. */
export function channelConv(
  { nameOf, initializers }: Rewriting,
  [input, output]: readonly [string, string],
  channels: number,
  { multiplier, offset }: { readonly multiplier: number; readonly offset: number },
): NodeProto {
  const weight = nameOf(`${output}_scale`);
  const bias = nameOf(`${output}_offset`);
  initializers.set(weight, floatTensor(weight, new Float32Array(channels).fill(multiplier), [channels, 1, 1, 1]));
  initializers.set(bias, floatTensor(bias, new Float32Array(channels).fill(offset)));
  return makeNode('Conv', [input, weight, bias], [output], {
    name: nameOf(`${output}_affine`),
    attributes: { group: channels, kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1] },
  });
}

const firstOpsetWithBounds = 11;

/** A Clip with constant bounds, as the model's opset writes it. */
export function clipNode(
  { graph, nameOf, initializers }: Rewriting,
  [input, output]: readonly [string, string],
  [low, high]: readonly [number, number],
): NodeProto {
  const name = nameOf(`${output}_clip`);
  if (opsetVersion(graph.model) < firstOpsetWithBounds) {
    return makeNode('Clip', [input], [output], { name, attributes: { min: { float: low }, max: { float: high } } });
  }
  const bound = (label: string, value: number): string => {
    const bounds = nameOf(`${output}_${label}`);
    initializers.set(bounds, floatTensor(bounds, [value], []));
    return bounds;
  };
  return makeNode('Clip', [input, bound('low', low), bound('high', high)], [output], { name });
}

/** Bounds of a Clip with constants; null where they aren't. */
export function clipBounds(graph: Graph, node: NodeProto): readonly [number, number] | null {
  if (!isPlain(node, 'Clip')) return null;
  if (opsetVersion(graph.model) < firstOpsetWithBounds) {
    const value = (name: string): number | undefined => node.attribute.find((found) => found.name === name)?.f;
    return [value('min') ?? -Infinity, value('max') ?? Infinity];
  }
  const low = node.input[1] ? scalarOf(graph, node.input[1]) : -Infinity;
  const high = node.input[2] ? scalarOf(graph, node.input[2]) : Infinity;
  return low === null || high === null ? null : [low, high];
}

/** Which nodes a person excluded, and models that can't be quantized at all. */
import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { subgraphsOf } from '../../graph/graph.ts';
import type { GraphProto, NodeProto } from '../../onnx/proto.ts';
import { nodeLabel } from '../node-report.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export const excludeOption = z
  .array(z.string().min(1))
  .default([])
  .describe('Nodes to leave alone: names, operators (Conv) or patterns of names (*/head/*, conv_?).');

/** Why the node is excluded, or null. */
export type Exclusion = (node: NodeProto) => string | null;

/** An exclusion by name, operator or pattern (`*` any text, `?` one character). Raises `invalid-input` where one fits no node. */
export function exclusionOf(graph: Graph, exclude: readonly string[]): Exclusion {
  const rules = exclude.map((written) => {
    const pattern = new RegExp(
      `^${written
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    );
    return { written, fits: (node: NodeProto): boolean => node.opType === written || pattern.test(nodeLabel(node)) };
  });
  const useless = rules.find(({ fits }) => !graph.nodes.some(fits));
  if (useless !== undefined) {
    throw new CrivoError('invalid-input', say('nothingToExclude', { name: useless.written }));
  }
  return (node) => {
    const rule = rules.find(({ fits }) => fits(node));
    return rule === undefined ? null : say('excludedBy', { rule: rule.written });
  };
}

const integerOperator =
  /^(QuantizeLinear|DequantizeLinear|DynamicQuantize.*|QLinear.*|QGemm|QAttention|MatMulInteger.*|ConvInteger|MatMulNBits|GatherBlockQuantized|QEmbedLayerNormalization)$/;

/** Raises `invalid-input` for a model that was quantized before: its integers would be rounded twice. */
export function refuseQuantized(graph: Graph): void {
  const found = graph.nodes.find(({ opType }) => integerOperator.test(opType));
  if (found === undefined) return;
  throw new CrivoError('invalid-input', say('hasQuantizedNodes', { operator: found.opType }));
}

/** How many nodes of these operators stand inside the subgraphs of a node, at any depth. */
export const countInside = (node: NodeProto, operators: ReadonlySet<string>): number =>
  subgraphsOf(node).reduce((total, graph) => total + countNodes(graph, operators), 0);

const countNodes = (graph: GraphProto, operators: ReadonlySet<string>): number =>
  graph.node.reduce((total, node) => total + (operators.has(node.opType) ? 1 : 0) + countInside(node, operators), 0);

import type { NodeReport } from '../../../../shared/recipe.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { Graph } from '../../graph/graph.ts';
import type { PassOutcome } from '../pass.ts';

/** The outcome where no node could be quantized: the graph as it was, and why. `what` completes "the model has no …". */
export function nothingToQuantize(
  graph: Graph,
  nodes: readonly NodeReport[],
  operators: ReadonlySet<string>,
  what: string,
): PassOutcome {
  const hasInside = nodes.some(({ reason }) => reason.includes('inside its subgraphs'));
  const hasOutside = graph.nodes.some(({ opType }) => operators.has(opType));
  const summary = hasInside && !hasOutside ? say('allInSubgraphs') : say('nothingQuantizable', { what });
  return { graph, report: { summary, nodes, warnings: [summary], figures: { nodes_quantized: 0 } } };
}

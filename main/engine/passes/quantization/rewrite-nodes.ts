/** What the passes that work node by node (dynamic, weights only) share: the walk over the graph and the report. */
import type { NodeReport } from '../../../../shared/recipe.ts';
import type { Graph } from '../../graph/graph.ts';
import { nameGiver, withChanges } from '../../graph/graph.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { changed, counted, leftAlone } from '../node-report.ts';
import { countInside } from './select-nodes.ts';
import type { Exclusion } from './select-nodes.ts';
import { withoutUnused } from './without-unused.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** A graph that is being written. */
export interface NodeWriter {
  readonly graph: Graph;
  readonly nameOf: (wanted: string) => string;
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
}

/** What a rule did with a node: wrote others in its place (how), or left it (why). */
export type RuleOutcome = { readonly taken: string } | { readonly left: string };

/** Operator (of ai.onnx) → what stands for a node of it. */
export type Rules<Writer extends NodeWriter> = Readonly<
  Record<string, (writer: Writer, node: NodeProto) => RuleOutcome>
>;

export interface RewrittenNodes {
  readonly graph: Graph;
  readonly taken: readonly NodeProto[];
  readonly nodes: readonly NodeReport[];
}

/** Writes every node of the main graph by its rule; `domains` are imported where any was taken, and weights that nothing reads any more go. */
export function rewriteNodes<More extends object>(
  graph: Graph,
  rules: Rules<NodeWriter & More>,
  more: More,
  choice: {
    readonly excluded: Exclusion;
    readonly operators: ReadonlySet<string>;
    readonly domains: readonly string[];
  },
): RewrittenNodes {
  const writer = { graph, nameOf: nameGiver(graph), nodes: [], initializers: [], ...more } as NodeWriter & More;
  const taken: NodeProto[] = [];
  const nodes: NodeReport[] = [];
  for (const node of graph.nodes) {
    const outcome = decide(writer, node, rules, choice);
    if ('taken' in outcome) {
      taken.push(node);
      nodes.push(changed(node, outcome.taken));
      continue;
    }
    writer.nodes.push(node);
    if (node.opType !== 'Constant') nodes.push(leftAlone(node, outcome.left));
  }
  if (taken.length === 0) return { graph, taken, nodes };
  const written = withChanges(graph, {
    nodes: writer.nodes,
    initializers: [...graph.initializers.values(), ...writer.initializers],
    opsets: Object.fromEntries(choice.domains.map((domain) => [domain, 1])),
  });
  return { graph: withoutUnused(written), taken, nodes };
}

function decide<Writer extends NodeWriter>(
  writer: Writer,
  node: NodeProto,
  rules: Rules<Writer>,
  { excluded, operators }: { readonly excluded: Exclusion; readonly operators: ReadonlySet<string> },
): RuleOutcome {
  const inside = countInside(node, new Set(Object.keys(rules)));
  if (inside > 0) return { left: say('insideSubgraphs', { operators: counted(inside, 'Operator') }) };
  const rule = node.domain === '' || node.domain === 'ai.onnx' ? rules[node.opType] : undefined;
  if (rule === undefined) return { left: say('noWeightsForPass') };
  const reason = excluded(node);
  if (reason !== null) return { left: reason };
  if (!operators.has(node.opType)) return { left: say('operatorNotChosen', { operator: node.opType }) };
  return rule(writer, node);
}

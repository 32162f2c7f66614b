/** What of a group tree is drawn: closed groups as one box each, open ones as what they hold. */
import type { ModelGraph } from '../../../../shared/contract.ts';
import type { GroupItem, TreeItem } from './group-tree.ts';

export interface VisibleNode {
  readonly id: string;
  /** First line: the operator, or the group's name. */
  readonly title: string;
  /** Second line, fainter. */
  readonly subtitle: string;
  readonly operator: string;
  readonly name: string;
  /** How many nodes it stands for. */
  readonly size: number;
  /** The group that it is, where it is one. */
  readonly group: string | null;
  /** The open group that it stands in, innermost, or null. */
  readonly inside: string | null;
}
export interface VisibleEdge {
  readonly from: string;
  readonly to: string;
  /** Tensors that it carries, each with its shape. */
  readonly tensors: readonly { readonly tensor: string; readonly shape: string }[];
}
export interface VisibleGraph {
  readonly nodes: readonly VisibleNode[];
  readonly edges: readonly VisibleEdge[];
  /** Which visible node stands for a node of the model. */
  readonly standsFor: ReadonlyMap<number, string>;
}

/** The visible graph with the given groups open. */
export function visibleGraph(
  graph: ModelGraph,
  tree: readonly TreeItem[],
  open: { readonly has: (id: string) => boolean },
): VisibleGraph {
  const nodes: VisibleNode[] = [];
  const standsFor = new Map<number, string>();
  const show = (items: readonly TreeItem[], inside: string | null): void => {
    for (const item of items) {
      if (item.kind === 'node') {
        const id = `n${item.node.id}`;
        const { operator, detail, name } = item.node;
        nodes.push({ id, title: operator, subtitle: detail, operator, name, size: 1, group: null, inside });
        standsFor.set(item.node.id, id);
      } else if (open.has(item.id)) {
        show(item.items, item.id);
      } else {
        nodes.push(closedGroup(item, inside));
        for (const node of item.nodes) standsFor.set(node.id, `g${item.id}`);
      }
    }
  };
  show(tree, null);
  return { nodes, edges: visibleEdges(graph, standsFor), standsFor };
}

function closedGroup(item: GroupItem, inside: string | null): VisibleNode {
  return {
    id: `g${item.id}`,
    title: item.name,
    subtitle: commonOperators(item),
    operator: '',
    name: item.name,
    size: item.nodes.length,
    group: item.id,
    inside,
  };
}

/** The operators that a group holds most of (`Conv ×12, Relu ×12, Add ×4`). */
function commonOperators({ nodes }: GroupItem): string {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([operator, count]) => (count === 1 ? operator : `${operator} ×${count}`))
    .join(', ');
}

function visibleEdges(graph: ModelGraph, standsFor: ReadonlyMap<number, string>): VisibleEdge[] {
  const edges = new Map<string, { from: string; to: string; tensors: Map<string, string> }>();
  for (const { from, to, tensor, shape } of graph.edges) {
    const [left, right] = [standsFor.get(from), standsFor.get(to)];
    if (left === undefined || right === undefined || left === right) continue;
    const key = `${left}\n${right}`;
    const edge = edges.get(key) ?? { from: left, to: right, tensors: new Map<string, string>() };
    edge.tensors.set(tensor, shape);
    edges.set(key, edge);
  }
  return [...edges.values()].map(({ from, to, tensors }) => ({
    from,
    to,
    tensors: [...tensors].map(([tensor, shape]) => ({ tensor, shape })),
  }));
}

/**
 * A large graph as a tree of groups, so that a person sees its blocks first: by the scopes that nodes' names hold
 * (`/layer1/block2/conv/Conv`), else by stretches of the topological order, cut where the fewest tensors cross.
 */
import type { ModelGraph } from '../../../../shared/contract.ts';

type GraphNode = ModelGraph['nodes'][number];

export type TreeItem = { readonly kind: 'node'; readonly node: GraphNode } | GroupItem;
export interface GroupItem {
  readonly kind: 'group';
  readonly id: string;
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly items: readonly TreeItem[];
}

/** Up to so many nodes are drawn one by one. */
const mostUngrouped = 300;
/** So many parts are aimed at where names don't tell. */
const partsAimedAt = 48;

/** The items of the top level. */
export function groupTree(graph: ModelGraph): readonly TreeItem[] {
  const place = new Map(topologicalOrder(graph).map((id, index) => [id, index]));
  const sorted = [...graph.nodes].sort((a, b) => place.get(a.id)! - place.get(b.id)!);
  return split(sorted, graph, 'all', 0);
}

function split(nodes: readonly GraphNode[], graph: ModelGraph, id: string, depth: number): readonly TreeItem[] {
  if (nodes.length <= mostUngrouped) return nodes.map((node) => ({ kind: 'node', node }));
  return byScope(nodes, graph, id, depth) ?? byStretches(nodes, graph, id);
}

/** Scopes of a node's name, without the node's own part. */
const scopesOf = (name: string): readonly string[] =>
  name
    .split('/')
    .filter((part) => part !== '')
    .slice(0, -1);

function byScope(nodes: readonly GraphNode[], graph: ModelGraph, id: string, depth: number): TreeItem[] | null {
  const parts = new Map<string, GraphNode[]>();
  let loose = 0;
  for (const node of nodes) {
    const scope = scopesOf(node.name)[depth];
    if (scope === undefined) loose += 1;
    const key = scope ?? `\0${node.id}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [node]);
    else part.push(node);
  }
  if (parts.size === 1 && loose === 0) return byScope(nodes, graph, id, depth + 1);
  if (parts.size > mostUngrouped) return null;
  return [...parts].map(([scope, members]) => item(scope, members, graph, `${id}/${scope}`, depth + 1));
}

function item(name: string, members: readonly GraphNode[], graph: ModelGraph, id: string, depth: number): TreeItem {
  if (members.length === 1) return { kind: 'node', node: members[0]! };
  return { kind: 'group', id, name, nodes: members, items: split(members, graph, id, depth) };
}

function byStretches(nodes: readonly GraphNode[], graph: ModelGraph, id: string): TreeItem[] {
  const crossing = crossings(nodes, graph);
  const aim = Math.ceil(nodes.length / partsAimedAt);
  const items: TreeItem[] = [];
  let start = 0;
  while (start < nodes.length) {
    let end = Math.min(nodes.length, start + aim);
    if (end < nodes.length) {
      const from = start + Math.ceil(aim / 2);
      const to = Math.min(nodes.length - 1, start + Math.ceil(aim * 1.5));
      for (let cut = from; cut <= to; cut += 1) {
        const better = crossing[cut]! - crossing[end]!;
        if (better < 0 || (better === 0 && Math.abs(cut - start - aim) < Math.abs(end - start - aim))) end = cut;
      }
    }
    // Depth beyond all scopes: what is inside is cut by stretches again.
    items.push(
      item(
        String(items.length + 1),
        nodes.slice(start, end),
        graph,
        `${id}/#${items.length + 1}`,
        Number.MAX_SAFE_INTEGER,
      ),
    );
    start = end;
  }
  return items;
}

/** For each position in the order: how many edges cross it from left to right. */
function crossings(nodes: readonly GraphNode[], graph: ModelGraph): Int32Array {
  const place = new Map(nodes.map((node, index) => [node.id, index]));
  const change = new Int32Array(nodes.length + 2);
  for (const { from, to } of graph.edges) {
    const [left, right] = [place.get(from), place.get(to)];
    if (left === undefined || right === undefined || right <= left) continue;
    change[left + 1]! += 1;
    change[right + 1]! -= 1;
  }
  for (let index = 1; index < change.length; index += 1) change[index]! += change[index - 1]!;
  return change;
}

/** Kahn's order, ties by the file's own; nodes of a cycle, which no valid model has, come last. */
function topologicalOrder({ nodes, edges }: ModelGraph): readonly number[] {
  const incoming = new Map(nodes.map((node) => [node.id, 0]));
  const next = new Map<number, number[]>();
  for (const { from, to } of edges) {
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
    const list = next.get(from);
    if (list === undefined) next.set(from, [to]);
    else list.push(to);
  }
  const order = nodes.filter((node) => incoming.get(node.id) === 0).map((node) => node.id);
  for (let index = 0; index < order.length; index += 1) {
    for (const to of next.get(order[index]!) ?? []) {
      const left = incoming.get(to)! - 1;
      incoming.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  const placed = new Set(order);
  return [...order, ...nodes.filter((node) => !placed.has(node.id)).map((node) => node.id)];
}

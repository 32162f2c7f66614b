import { expect, test } from 'vitest';
import type { ModelGraph } from '../../../shared/contract.ts';
import { groupTree } from '../../../renderer/views/models/graph/group-tree.ts';
import type { TreeItem } from '../../../renderer/views/models/graph/group-tree.ts';
import { layoutGraph } from '../../../renderer/views/models/graph/layout-graph.ts';
import { visibleGraph } from '../../../renderer/views/models/graph/visible-graph.ts';

/** A chain of residual blocks of three nodes each, named by a rule. */
function blocks(count: number, nameOf: (block: number, part: string) => string): ModelGraph {
  const parts = ['Conv', 'Relu', 'Add'];
  const nodes = Array.from({ length: count * 3 }, (_, id) => {
    const operator = parts[id % 3]!;
    return { id, name: nameOf(Math.floor(id / 3), operator), operator, detail: '' };
  });
  const edge = (from: number, to: number) => ({ from, to, tensor: `t${from}`, shape: '1 × 8' });
  const edges = nodes.flatMap(({ id }) => [
    ...(id + 1 < nodes.length ? [edge(id, id + 1)] : []),
    ...(id % 3 === 2 && id + 3 < nodes.length ? [edge(id, id + 3)] : []),
  ]);
  return { nodes, edges };
}

const leaves = (items: readonly TreeItem[]): readonly number[] =>
  items.flatMap((item) => (item.kind === 'node' ? [item.node.id] : leaves(item.items)));
const groupsOf = (items: readonly TreeItem[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'node' ? [] : [item.id, ...groupsOf(item.items)]));
const longest = (items: readonly TreeItem[]): number =>
  Math.max(items.length, ...items.map((item) => (item.kind === 'node' ? 0 : longest(item.items))));

const graphs: readonly (readonly [string, ModelGraph])[] = [
  ['by their scopes', blocks(2_000, (block, part) => `/stage${block % 7}/block${block}/${part}`)],
  ['by stretches of their order, where names tell nothing', blocks(2_000, () => '')],
  ['by stretches within a scope that holds too much', blocks(2_000, (block, part) => `/all/${part}${block}`)],
];

test.each(graphs)('a large graph is drawn in groups %s, each node in exactly one', (_, graph) => {
  const tree = groupTree(graph);
  expect(leaves(tree).toSorted((a, b) => a - b)).toEqual(graph.nodes.map(({ id }) => id));
  expect(longest(tree)).toBeLessThanOrEqual(300);
  const ids = groupsOf(tree);
  expect(new Set(ids).size).toBe(ids.length);

  const closed = visibleGraph(graph, tree, new Set());
  expect(closed.nodes.reduce((sum, { size }) => sum + size, 0)).toBe(graph.nodes.length);
  expect(closed.nodes.length).toBeLessThanOrEqual(300);
  // An edge between groups stands for all tensors that cross.
  const crossing = graph.edges.filter(({ from, to }) => closed.standsFor.get(from) !== closed.standsFor.get(to));
  const shown = closed.edges.reduce((sum, { tensors }) => sum + tensors.length, 0);
  expect(shown).toBe(
    new Set(
      crossing.map(({ from, to, tensor }) => `${closed.standsFor.get(from)} ${closed.standsFor.get(to)} ${tensor}`),
    ).size,
  );

  const open = visibleGraph(graph, tree, new Set(ids));
  expect(open.nodes.every(({ group }) => group === null)).toBe(true);
  expect(open.edges).toHaveLength(graph.edges.length);
});

test('a small graph is drawn node by node, in the order in which tensors flow', () => {
  const graph = blocks(4, (block, part) => `/block${block}/${part}`);
  const shuffled = { ...graph, nodes: graph.nodes.toReversed() };
  const tree = groupTree(shuffled);
  expect(groupsOf(tree)).toEqual([]);
  expect(leaves(tree)).toEqual(graph.nodes.map(({ id }) => id));

  const { nodes, edges } = visibleGraph(graph, tree, new Set());
  const boxes = nodes.map(({ id }) => ({ id, width: 100, height: 20 }));
  const layout = layoutGraph({ id: 1, nodes: boxes, edges });
  const boxOf = new Map(layout.boxes.map((box) => [box.id, box]));
  for (const { from, to } of edges)
    expect(boxOf.get(to)!.y, `${to} stands below ${from}`).toBeGreaterThan(boxOf.get(from)!.y + 20);
  for (const { x, y } of layout.boxes) expect(x >= 0 && y >= 0 && x + 100 <= layout.width).toBe(true);
});

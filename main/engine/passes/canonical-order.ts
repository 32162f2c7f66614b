/**
 * ONNX Runtime's layout optimizer walks sets in memory order: the same model gives the same graph with nodes in another order
 * and its new names numbered otherwise. Here both come from the graph alone, so that the same model gives the same bytes.
 */
import { capturedNames, withChanges } from '../graph/graph.ts';
import type { Graph } from '../graph/graph.ts';
import { NodeProtoSchema, patch } from '../onnx/proto.ts';
import type { NodeProto } from '../onnx/proto.ts';
import { renameTensor } from '../onnx/tensor.ts';

/** The graph with nodes in the order in which its outputs need them, and everything that `known` doesn't name numbered in that order. */
export function inCanonicalOrder(graph: Graph, known: ReadonlySet<string>): Graph {
  const ordered = orderFromOutputs(graph);
  const fixed = new Set([
    ...known,
    ...graph.outputs.map(({ name }) => name),
    ...graph.nodes.flatMap((node) => [...capturedNames(node)]),
  ]);
  const renamed = new Map<string, string>();
  const rename = (name: string, stem: string): void => {
    if (name === '' || fixed.has(name) || renamed.has(name)) return;
    let number = renamed.size;
    while (fixed.has(`${stem}_${number}`)) number += 1;
    renamed.set(name, `${stem}_${number}`);
  };
  for (const node of ordered) {
    for (const name of node.input) if (graph.initializers.has(name)) rename(name, `${node.opType}_constant`);
    for (const name of node.output) rename(name, `${node.opType}_out`);
  }
  const current = (name: string): string => renamed.get(name) ?? name;
  const nodes = ordered.map((node, index) =>
    patch(NodeProtoSchema, node, {
      name: node.name !== '' && known.has(node.name) ? node.name : `${node.opType}_node_${index}`,
      input: node.input.map(current),
      output: node.output.map(current),
    }),
  );
  const initializers = [...graph.initializers.values()].map((tensor) => renameTensor(tensor, current(tensor.name)));
  const valueInfo = [...graph.valueInfo.values()].filter(({ name }) => !renamed.has(name));
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
  return withChanges(graph, { nodes, initializers: initializers.sort(byName), valueInfo: valueInfo.sort(byName) });
}

/** Depth first from the outputs, inputs before their readers; topological. */
function orderFromOutputs(graph: Graph): NodeProto[] {
  const ordered = new Set<NodeProto>();
  const entered = new Set<NodeProto>();
  const stack = graph.outputs.map(({ name }) => graph.producerOf(name)).reverse();
  while (stack.length > 0) {
    const node = stack.at(-1);
    if (node === undefined || ordered.has(node)) {
      stack.pop();
    } else if (entered.has(node)) {
      ordered.add(node);
      stack.pop();
    } else {
      entered.add(node);
      const needs = [...node.input, ...capturedNames(node)].map((name) => graph.producerOf(name));
      for (const need of needs.reverse()) if (need !== undefined && !entered.has(need)) stack.push(need);
    }
  }
  return [...ordered];
}

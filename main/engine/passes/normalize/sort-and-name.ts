import { withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';
import { NodeProtoSchema, patch } from '../../onnx/proto.ts';
import type { StepResult } from './step.ts';

/** Puts each node after those it reads from and gives each a name of its own; names that were unique stay. Counts renamed nodes. */
export function sortAndName(graph: Graph): StepResult {
  const used = new Set<string>();
  const taken = new Set(graph.nodes.map(({ name }) => name));
  let count = 0;
  const nodes = topologicalOrder(graph.nodes).map((node, index) => {
    if (node.name !== '' && !used.has(node.name)) {
      used.add(node.name);
      return node;
    }
    count += 1;
    const stem = node.name === '' ? `${node.opType}_${index}` : node.name;
    let name = stem;
    for (let suffix = 1; taken.has(name) || used.has(name); suffix += 1) name = `${stem}_${suffix}`;
    used.add(name);
    return patch(NodeProtoSchema, node, { name });
  });
  const sameOrder = nodes.every((node, index) => node === graph.nodes[index]);
  return { graph: sameOrder ? graph : withChanges(graph, { nodes }), nodes: [], count };
}

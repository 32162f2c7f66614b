import { capturedNames, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { removeUnused } from '../normalize/remove-unused.ts';

/** Drops float weights that nothing reads any more, also where an old model lists them among its inputs, and the nodes they came from. */
export function withoutUnused(graph: Graph): Graph {
  const read = new Set(graph.nodes.flatMap((node) => [...node.input, ...capturedNames(node)]));
  for (const { name } of graph.outputs) read.add(name);
  const inputs = graph.inputs.filter(({ name }) => read.has(name) || !graph.initializers.has(name));
  return removeUnused(inputs.length === graph.inputs.length ? graph : withChanges(graph, { inputs })).graph;
}

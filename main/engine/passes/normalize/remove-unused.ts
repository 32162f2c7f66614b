import type { NodeReport } from '../../../../shared/recipe.ts';
import { capturedNames, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { changed } from '../node-report.ts';
import { allCapturedNames } from './step.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Removes nodes and initializers that no output depends on, and what is written of tensors that are gone. Counts nodes. */
export function removeUnused(graph: Graph): StepResult {
  const needed = neededNodes(graph);
  const removed = graph.nodes.filter((node) => !needed.has(node));
  const nodes: NodeReport[] = removed.map((node) => changed(node, say('nothingReadsIt')));
  const kept = graph.nodes.filter((node) => needed.has(node));
  const read = new Set([
    ...kept.flatMap((node) => node.input),
    ...allCapturedNames(graph),
    ...graph.outputs.map(({ name }) => name),
  ]);
  const produced = new Set(kept.flatMap((node) => node.output));
  const initializers = [...graph.initializers.values()].filter(
    ({ name }) => read.has(name) || graph.inputs.some((input) => input.name === name),
  );
  const valueInfo = [...graph.valueInfo.values()].filter(({ name }) => produced.has(name) || read.has(name));
  if (
    removed.length === 0 &&
    initializers.length === graph.initializers.size &&
    valueInfo.length === graph.valueInfo.size
  ) {
    return { graph, nodes, count: 0 };
  }
  return { graph: withChanges(graph, { nodes: kept, initializers, valueInfo }), nodes, count: removed.length };
}

function neededNodes(graph: Graph): ReadonlySet<NodeProto> {
  const needed = new Set<NodeProto>();
  const pending = graph.outputs.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = graph.producerOf(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.input, ...capturedNames(node));
  }
  return needed;
}

/*
 *   a ──► Identity ──► b ──► Op        becomes        a ──► Op
 */
import type { NodeReport } from '../../../../shared/recipe.ts';
import { withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { withInputs, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { changed, leftAlone } from '../node-report.ts';
import { allCapturedNames } from './step.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Removes `Identity` nodes; the names of the model's inputs and outputs stay, and one between an input and an output stays too. */
export function removeIdentity(graph: Graph): StepResult {
  const captured = allCapturedNames(graph);
  const renamed = new Map<string, string>();
  const resolve = (name: string): string => {
    let current = name;
    for (let next = renamed.get(current); next !== undefined; next = renamed.get(current)) current = next;
    return current;
  };
  const nodes: NodeReport[] = [];
  const kept: NodeProto[] = [];
  for (const node of graph.nodes) {
    if (node.opType !== 'Identity' || node.domain !== '') {
      kept.push(node);
      continue;
    }
    const reason = removeOne(graph, node, captured, renamed, resolve);
    nodes.push(reason === null ? changed(node, say('removedIdentity')) : leftAlone(node, reason));
    if (reason !== null) kept.push(node);
  }
  if (renamed.size === 0) return { graph, nodes, count: 0 };
  const rewritten = kept.map((node) =>
    withOutputs(withInputs(node, node.input.map(resolve)), node.output.map(resolve)),
  );
  return { graph: withChanges(graph, { nodes: rewritten }), nodes, count: renamed.size };
}

/** Notes the renaming that makes the node unnecessary, or tells why there is none. */
function removeOne(
  graph: Graph,
  node: NodeProto,
  captured: ReadonlySet<string>,
  renamed: Map<string, string>,
  resolve: (name: string) => string,
): string | null {
  const from = resolve(node.input[0]!);
  const to = node.output[0]!;
  if (captured.has(to)) return say('outputReadByName');
  if (!graph.isOutput(to)) {
    renamed.set(to, from);
    return null;
  }
  // The output's name must survive, so the producer takes it over.
  if (graph.producerOf(from) === undefined) return say('carriesInput');
  if (graph.isOutput(from)) return say('outputsOnBothSides');
  if (captured.has(from)) return say('inputReadByName');
  renamed.set(from, to);
  return null;
}

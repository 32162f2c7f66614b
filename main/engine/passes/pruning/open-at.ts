/** A session on the part of a graph that some of its tensors take. */
import type { Graph } from '../../graph/graph.ts';
import { capturedNames } from '../../graph/graph.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import type { OpenSession, Session } from '../../ports.ts';
import { calmSession } from '../calm-session.ts';
import { partOf } from '../part-of-model.ts';

/** Opens a session whose outputs are the tensors, with no node that they don't need. */
export function openAt(graph: Graph, tensors: readonly string[], openSession: OpenSession): Promise<Session> {
  const outputs = [...new Set(tensors)];
  const needed = new Set<NodeProto>();
  const waiting = [...outputs];
  while (waiting.length > 0) {
    const producer = graph.producerOf(waiting.pop()!);
    if (producer === undefined || needed.has(producer)) continue;
    needed.add(producer);
    waiting.push(...producer.input, ...capturedNames(producer));
  }
  const nodes = graph.nodes.filter((node) => needed.has(node));
  const read = new Set([...outputs, ...nodes.flatMap((node) => [...node.input, ...capturedNames(node)])]);
  const inputs = graph.inputs.filter(({ name }) => read.has(name));
  const model = partOf(graph, { nodes, inputs, outputs });
  return openSession(model, { ...calmSession, graphOptimization: 'all' });
}

/** The feeds that such a session takes. */
export function feedsOf<Value>({ inputs }: Session, feeds: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(inputs.flatMap(({ name }) => (feeds[name] === undefined ? [] : [[name, feeds[name]]])));
}

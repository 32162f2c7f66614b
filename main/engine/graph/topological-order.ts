import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { NodeProto } from '../onnx/proto.ts';
import { capturedNames } from './graph.ts';

/** Nodes so that each stands after those it reads from; stable where the order was right. Kahn 1962. Raises `invalid-model` on a cycle. */
export function topologicalOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const producerIndex = new Map<string, number>();
  nodes.forEach((node, index) => node.output.forEach((output) => output !== '' && producerIndex.set(output, index)));
  const ordered: NodeProto[] = [];
  const state = new Uint8Array(nodes.length);
  for (let start = 0; start < nodes.length; start += 1) {
    const stack: [index: number, pending: number[]][] = [];
    const enter = (index: number): void => {
      if (state[index] === 2) return;
      if (state[index] === 1)
        throw new CrivoError('invalid-model', say('cycleThrough', { node: nodes[index]?.name ?? index }));
      state[index] = 1;
      const node = nodes[index] as NodeProto;
      const needs = [...node.input, ...capturedNames(node)]
        .map((name) => producerIndex.get(name))
        .filter((i): i is number => i !== undefined && i !== index);
      stack.push([index, needs.reverse()]);
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top[1].pop();
      if (next !== undefined) enter(next);
      else {
        state[top[0]] = 2;
        ordered.push(nodes[top[0]] as NodeProto);
        stack.pop();
      }
    }
  }
  return ordered;
}

import type { NodeReport } from '../../../shared/recipe.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { PhraseName } from '../../../shared/phrases/phrase.ts';
import type { NodeProto } from '../onnx/proto.ts';

/** What a node is called in reports: its name, else its first output. */
export const nodeLabel = (node: NodeProto): string =>
  node.name || (node.output.find((output) => output !== '') ?? node.opType);

/** Says that a node was changed, and how. */
export const changed = (node: NodeProto, reason: string): NodeReport => entry(node, 'changed', reason);

/** Says that a node was left alone, and why. */
export const leftAlone = (node: NodeProto, reason: string): NodeReport => entry(node, 'left alone', reason);

const entry = (node: NodeProto, outcome: NodeReport['outcome'], reason: string): NodeReport => ({
  node: nodeLabel(node),
  operator: node.domain === '' ? node.opType : `${node.domain}.${node.opType}`,
  outcome,
  reason,
});

type Counted = {
  [Name in PhraseName]: Name extends `many${infer What}` ? (`one${What}` extends PhraseName ? What : never) : never;
}[PhraseName];

/** `1 node`, `3 nodes`. */
export const counted = (count: number, what: Counted): string =>
  count === 1 ? say(`one${what}` as 'oneNode') : say(`many${what}` as 'manyNode', { count });

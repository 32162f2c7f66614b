import type { NodeReport } from '../../../shared/recipe.ts';
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

/** `1 node`, `3 nodes`; `plural` where an s isn't enough. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`;

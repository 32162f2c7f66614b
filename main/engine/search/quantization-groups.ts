/** The parts of a model that quantization can change one by one. */
import type { Graph } from '../graph/graph.ts';
import type { NodeProto } from '../onnx/proto.ts';
import { tensorBytes } from '../onnx/tensor.ts';
import { nodeLabel } from '../passes/node-report.ts';
import type { StaticPlan } from '../passes/quantization/plan-static.ts';

export interface QuantizationGroup {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly weightBytes: number;
}

/** More would take longer to rank than they could win; neighbours are joined. */
const mostGroups = 64;

/** The convolutions and products that a plan quantizes, each a group; of a large model, runs of neighbours are. */
export function quantizationGroups(graph: Graph, plan: StaticPlan): readonly QuantizationGroup[] {
  const weighted = plan.weights.map(({ node, tensor }) => ({ node, bytes: tensorBytes(tensor) }));
  const perGroup = Math.ceil(weighted.length / mostGroups);
  const groups: QuantizationGroup[] = [];
  for (let first = 0; first < weighted.length; first += perGroup) {
    const members = weighted.slice(first, first + perGroup);
    groups.push({
      name: nodeLabel(members[0]!.node),
      nodes: members.map(({ node }) => node),
      weightBytes: members.reduce((sum, { bytes }) => sum + bytes, 0),
    });
  }
  return groups;
}

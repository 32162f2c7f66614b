/** How each operator ties the axes of its tensors. What has no rule locks everything it touches. */
import { capturedNames, opsetVersion, subgraphsOf } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import { convolutionRules } from './rules/convolution.ts';
import { elementWiseRules } from './rules/element-wise.ts';
import { joiningRules } from './rules/joining.ts';
import { productRules } from './rules/product.ts';
import { lockAll, tensorsOf } from './rules/rule.ts';
import type { Rule, RuleContext } from './rules/rule.ts';
import { summingRules } from './rules/summing.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    ...elementWiseRules,
    ...summingRules,
    ...convolutionRules,
    ...productRules,
    ...joiningRules,
    Constant: () => {},
  }),
);
const takesScalars = new Set(Object.keys(elementWiseRules));

/** Ties the axes of all nodes of the main graph; locks inputs, outputs and what subgraphs capture. */
export function tieAxes(graph: Graph, spaces: AxisSpaces, shapeOf: RuleContext['shapeOf']): void {
  const context: RuleContext = { graph, spaces, shapeOf, opset: opsetVersion(graph.model) };
  for (const { name } of graph.inputs) spaces.lockTensor(name, say('inputOfModel'));
  for (const { name } of graph.outputs) spaces.lockTensor(name, say('outputOfModel'));
  for (const node of graph.nodes) tieNode(node, context);
}

function tieNode(node: NodeProto, context: RuleContext): void {
  const rule = node.domain === '' || node.domain === 'ai.onnx' ? rules.get(node.opType) : undefined;
  if (rule === undefined || subgraphsOf(node).length > 0) {
    lockAll(node, context, say('noRule', { operator: node.opType }));
    for (const name of capturedNames(node))
      context.spaces.lockTensor(name, say('readBySubgraph', { operator: node.opType }));
  } else if (hasUnknownRank(node, context)) {
    lockAll(node, context, say('shapeUnknown', { operator: node.opType }));
  } else {
    const lockUntouched = context.spaces.watch();
    rule(node, context);
    lockUntouched(tensorsOf(node), say('ruleDoesNotCover', { operator: node.opType }));
  }
}

/** ONNX Runtime tells an unknown rank and a scalar alike; a scalar has one only where all is known around it. */
function hasUnknownRank(node: NodeProto, { graph, shapeOf }: RuleContext): boolean {
  const shapes = (names: readonly string[]) => names.filter((name) => name !== '').map((name) => shapeOf(name));
  const outputs = shapes(node.output);
  const computed = shapes(node.input.filter((name) => graph.constantOf(name) === undefined));
  if ([...outputs, ...shapes(node.input)].includes(null)) return true;
  const widest = Math.max(0, ...computed.map((shape) => shape!.length));
  if (outputs.some((shape) => shape!.length === 0) && widest > 0) return true;
  return computed.some((shape) => shape!.length === 0) && !takesScalars.has(node.opType);
}

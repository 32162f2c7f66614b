/**
 * Writes the plan of static quantization into the graph as QuantizeLinear/DequantizeLinear pairs. A quantized tensor keeps its
 * name after the pair and what comes before is renamed, so that readers, subgraphs and graph outputs need no change:
 *
 *   producer → x_float → QuantizeLinear → x_quantized → DequantizeLinear → x → readers
 */
import type { Graph } from '../../graph/graph.ts';
import { nameGiver, opsetVersion, withChanges } from '../../graph/graph.ts';
import { floatAttribute, withAttribute, withInputs, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import type { IntegerType, ScaleZeroPoint } from './affine.ts';
import type { StaticPlan } from './plan-static.ts';
import { qdqNode, writeActivationScale } from './qdq-writer.ts';
import type { QdqWriter, ScaleNames } from './qdq-writer.ts';
import { scaleOwner } from './static-parameters.ts';
import { withoutUnused } from './without-unused.ts';
import { writeConstants } from './write-constants.ts';
import type { WeightChoice, WrittenConstants } from './write-constants.ts';

export interface WrittenGraph extends Omit<WrittenConstants, 'inputs'> {
  readonly graph: Graph;
}

/** From this opset on, the standard DequantizeLinear knows channels; below it, that of `com.microsoft` does, and fuses as well. */
const firstOpsetWithChannels = 13;

/** The quantized graph. `parameters` has each activation of the plan that owns a scale. */
export function writeStatic(
  graph: Graph,
  plan: StaticPlan,
  parameters: ReadonlyMap<string, ScaleZeroPoint>,
  activationType: IntegerType,
  weights: WeightChoice,
): WrittenGraph {
  const domain = opsetVersion(graph.model) < firstOpsetWithChannels ? 'com.microsoft' : '';
  const writer: QdqWriter = { graph, plan, parameters, nameOf: nameGiver(graph), domain, nodes: [], initializers: [] };
  const constants = writeConstants(writer, weights);
  const scales = new Map<string, ScaleNames>();
  for (const [tensor, found] of parameters)
    scales.set(tensor, writeActivationScale(writer, tensor, found, activationType));
  const inputs = writeInputs(writer, scales);
  for (const node of graph.nodes) writeNode(writer, node, constants.inputs.get(node), inputs, scales);
  const written = withChanges(graph, {
    nodes: writer.nodes,
    initializers: [...graph.initializers.values(), ...writer.initializers],
    ...(domain === '' ? {} : { opsets: { [domain]: 1 } }),
  });
  const { clippedBiases, enlargedWeights } = constants;
  return { graph: withoutUnused(written), clippedBiases, enlargedWeights };
}

function writePair(writer: QdqWriter, from: string, to: string, scale: ScaleNames): void {
  const integers = writer.nameOf(`${to}_quantized`);
  writer.nodes.push(qdqNode(writer, 'QuantizeLinear', [from, ...scale], integers));
  writer.nodes.push(qdqNode(writer, 'DequantizeLinear', [integers, ...scale], to));
}

/** Graph inputs keep their names, so their readers in the main graph take another. */
function writeInputs(writer: QdqWriter, scales: ReadonlyMap<string, ScaleNames>): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const tensor of writer.plan.activations.keys()) {
    if (!writer.graph.isInput(tensor)) continue;
    const name = writer.nameOf(`${tensor}_dequantized`);
    writePair(writer, tensor, name, scales.get(scaleOwner(writer.plan, tensor))!);
    renamed.set(tensor, name);
  }
  return renamed;
}

function writeNode(
  writer: QdqWriter,
  node: NodeProto,
  constants: ReadonlyMap<number, string> | undefined,
  renamedInputs: ReadonlyMap<string, string>,
  scales: ReadonlyMap<string, ScaleNames>,
): void {
  const { plan } = writer;
  if (node.output.length === 1 && plan.absorbed.get(node.input[0] ?? '') === node.output[0]) return;
  const inputs = node.input.map((input, index) => constants?.get(index) ?? renamedInputs.get(input) ?? input);
  const pairs: [from: string, to: string][] = [];
  const outputs = node.output.map((output) => {
    const last = lastName(plan, output);
    if (!plan.activations.has(last)) return output;
    const float = writer.nameOf(`${last}_float`);
    pairs.push([float, last]);
    return float;
  });
  // The bias was multiplied by beta before it was rounded.
  const settled =
    constants?.has(2) && floatAttribute(node, 'beta', 1) !== 1 ? withAttribute(node, 'beta', { float: 1 }) : node;
  writer.nodes.push(withOutputs(withInputs(settled, inputs), outputs));
  for (const [from, to] of pairs) writePair(writer, from, to, scales.get(scaleOwner(plan, to))!);
}

/** The name that a tensor has after the activations that vanish into it. */
function lastName(plan: StaticPlan, tensor: string): string {
  const next = plan.absorbed.get(tensor);
  return next === undefined ? tensor : lastName(plan, next);
}

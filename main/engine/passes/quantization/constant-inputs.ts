/** Facts about nodes that hang on their constant inputs or, at old opsets, on attributes. */
import type { Graph } from '../../graph/graph.ts';
import { findAttribute, floatAttribute, stringAttribute } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorValues } from '../../onnx/tensor.ts';

/** The constant scalar at an input, the fallback where the input is left out, or null where it is computed. */
function scalarInput(graph: Graph, node: NodeProto, index: number, fallback: number): number | null {
  const name = node.input[index] ?? '';
  if (name === '') return fallback;
  const tensor = graph.constantOf(name);
  return tensor === undefined ? null : Number(tensorValues(tensor)[0] ?? fallback);
}

/** Whether a Clip has known bounds with 0 between them, so that a quantized range can end where it cuts. */
export function clipHoldsZero(graph: Graph, node: NodeProto): boolean {
  const low = scalarInput(graph, node, 1, floatAttribute(node, 'min', -Infinity));
  const high = scalarInput(graph, node, 2, floatAttribute(node, 'max', Infinity));
  return low !== null && high !== null && low <= 0 && high >= 0;
}

/** Whether all values of a Pad's output are values of its input, or 0. */
export function padsWithZero(graph: Graph, node: NodeProto): boolean {
  if (stringAttribute(node, 'mode', 'constant') !== 'constant') return true;
  const value =
    findAttribute(node, 'value') === undefined ? scalarInput(graph, node, 2, 0) : floatAttribute(node, 'value', 0);
  return value === 0;
}

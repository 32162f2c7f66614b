import type { Graph } from '../../graph/graph.ts';
import { floatAttribute, intAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { floatTensor, renameTensor, tensorShape } from '../../onnx/tensor.ts';
import { floatValues, isFloatTensor } from './quantize-weight.ts';
import type { NodeWriter } from './rewrite-nodes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** What is added to a product: nothing, a tensor of the graph, or a constant that must be written first. */
type Addend =
  | { readonly kind: 'none' }
  | { readonly kind: 'tensor'; readonly name: string }
  | { readonly kind: 'constant'; readonly tensor: TensorProto };

/** A MatMul or Gemm with a constant matrix, as alpha · input · weight + addend. */
export interface ProductParts {
  readonly input: string;
  readonly weight: TensorProto;
  /** Whether the weight stands as [columns, rows]. */
  readonly transposed: boolean;
  readonly alpha: number;
  readonly addend: Addend;
}

/** Takes a MatMul or Gemm apart, or says why its weight can't be integers. */
export function productParts(graph: Graph, node: NodeProto): ProductParts | { readonly left: string } {
  const [input = '', name = '', bias = ''] = node.input;
  const weight = graph.constantOf(name);
  if (weight === undefined) return { left: say('weightComputed') };
  if (!isFloatTensor(weight)) return { left: say('weightNotFloat') };
  if (tensorShape(weight).length < 2) return { left: say('weightIsVector') };
  if (tensorShape(weight).includes(0)) return { left: say('weightEmpty') };
  if (node.opType === 'MatMul') return { input, weight, transposed: false, alpha: 1, addend: { kind: 'none' } };
  if (intAttribute(node, 'transA', 0) === 1) return { left: say('inputTransposed') };
  const addend = addendOf(graph, bias, Math.fround(floatAttribute(node, 'beta', 1)));
  if ('left' in addend) return addend;
  const transposed = intAttribute(node, 'transB', 0) === 1;
  return { input, weight, transposed, alpha: Math.fround(floatAttribute(node, 'alpha', 1)), addend };
}

function addendOf(graph: Graph, name: string, beta: number): Addend | { readonly left: string } {
  if (name === '' || beta === 0) return { kind: 'none' };
  if (beta === 1) return { kind: 'tensor', name };
  const tensor = graph.constantOf(name);
  if (tensor === undefined || !isFloatTensor(tensor)) return { left: say('betaNot1') };
  return {
    kind: 'constant',
    tensor: floatTensor(
      name,
      floatValues(tensor).map((value) => value * beta),
      tensorShape(tensor),
    ),
  };
}

/** The name of what is added, written first where it is a constant of its own; null where nothing is. */
export function addendName(writer: NodeWriter, addend: Addend): string | null {
  if (addend.kind === 'none') return null;
  if (addend.kind === 'tensor') return addend.name;
  const name = writer.nameOf(`${addend.tensor.name}_scaled`);
  writer.initializers.push(renameTensor(addend.tensor, name));
  return name;
}

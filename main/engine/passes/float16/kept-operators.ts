/** What can't be in float16, or would lose by it. */
import { opsetVersion, subgraphsOf } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { DataType } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { tensorValues } from '../../onnx/tensor.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Operators of ai.onnx whose schema or kernel has no float16, or that count or compare beyond its precision. */
const keptOperators = new Map<string, string>([
  ...['NonMaxSuppression', 'TopK', 'RoiAlign', 'Range', 'CumSum', 'Min', 'Max', 'Upsample', 'RandomUniformLike'].map(
    (name): [string, string] => [name, say('noFloat16Kernel')],
  ),
  ...['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear'].map((name): [string, string] => [
    name,
    say('floatScales'),
  ]),
  ...[
    'TfIdfVectorizer',
    'MelWeightMatrix',
    'HannWindow',
    'HammingWindow',
    'BlackmanWindow',
    'DFT',
    'STFT',
    'Det',
    'BitCast',
  ].map((name): [string, string] => [name, say('noFloat16Form')]),
  ...[
    'SequenceConstruct',
    'SequenceEmpty',
    'SequenceInsert',
    'SequenceAt',
    'SequenceErase',
    'SplitToSequence',
    'ConcatFromSequence',
    'Optional',
    'OptionalGetElement',
    'OptionalHasElement',
  ].map((name): [string, string] => [name, say('sequenceType')]),
]);

/** Operators of com.microsoft with float16 in their schema. */
const convertedContributions = new Set([
  'Attention', 'BiasGelu', 'EmbedLayerNormalization', 'FastGelu', 'FusedConv', 'FusedGemm', 'FusedMatMul', 'Gelu', 'GroupNorm', 'MatMulNBits',
  'MultiHeadAttention', 'QuickGelu', 'RotaryEmbedding', 'SimplifiedLayerNormalization', 'SkipGroupNorm', 'SkipLayerNormalization',
  'SkipSimplifiedLayerNormalization', 'GroupQueryAttention', 'BiasAdd', 'BiasSplitGelu',
]); // prettier-ignore

/** Inputs that are float32 by the operator's schema, whatever the others are. */
export function alwaysFloatInputs(node: NodeProto, opset: number): readonly number[] {
  if (node.opType === 'Resize' && node.domain === '') return opset < 11 ? [1] : [1, 2];
  if (node.domain === 'com.microsoft' && (node.opType === 'GroupNorm' || node.opType === 'SkipGroupNorm'))
    return [1, 2];
  return [];
}

/** Operators that take any element type: what they read need not be cast. */
export const takesAnyType = (node: NodeProto): boolean =>
  node.domain === '' && ['Shape', 'Size', 'Cast'].includes(node.opType);

/** Whether a node hands its input on without arithmetic. */
export const movesData = (node: NodeProto): boolean => node.domain === '' && dataMovers.has(node.opType);
const dataMovers = new Set([
  'Identity', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'Expand', 'Cast',
]); // prettier-ignore

export interface KeepChoices {
  readonly operators: readonly string[];
  readonly nodes: readonly string[];
}

/** Nodes that stay in float32, each with the reason. */
export function keptNodes(graph: Graph, tensors: TensorTable, choices: KeepChoices): ReadonlyMap<NodeProto, string> {
  const shapeValues = valuesOfShapes(graph);
  const sparse = new Set((graph.model.graph?.sparseInitializer ?? []).map(({ values }) => values?.name ?? ''));
  const kept = new Map<NodeProto, string>();
  for (const node of graph.nodes) {
    const reason = reasonToKeep(node, choices, sparse) ?? reasonOfNormalization(graph, node);
    if (reason !== null) kept.set(node, reason);
    else if (node.output.some((name) => shapeValues.has(name) && tensors.get(name)?.elementType === 'float32')) {
      kept.set(node, say('computesSizes'));
    }
  }
  return kept;
}

function reasonToKeep(node: NodeProto, choices: KeepChoices, sparse: ReadonlySet<string>): string | null {
  if (choices.operators.includes(node.opType)) return say('operatorKept');
  if (choices.nodes.includes(node.name)) return say('nodeKept');
  if (subgraphsOf(node).length > 0) return say('subgraphsKept');
  if (node.input.some((name) => sparse.has(name))) return say('readsSparse');
  if (node.domain === '' || node.domain === 'ai.onnx') return keptOperators.get(node.opType) ?? null;
  if (node.domain === 'ai.onnx.ml') return say('classicalOperators');
  if (node.domain === 'com.microsoft' && convertedContributions.has(node.opType)) return null;
  return say('unknownDomain', { domain: node.domain });
}

/** Clamped statistics would put every later value off; folded into a convolution they are no matter. */
function reasonOfNormalization(graph: Graph, node: NodeProto): string | null {
  if (node.opType !== 'BatchNormalization' || node.domain !== '') return null;
  const parameters = node.input.slice(1).flatMap((name) => graph.constantOf(name) ?? []);
  const isBeyond = (tensor: TensorProto): boolean =>
    tensor.dataType === DataType.FLOAT &&
    (tensorValues(tensor) as Float32Array).some((value) => Math.abs(value) > 65_504);
  return parameters.some(isBeyond) ? say('largeStatistics') : null;
}

/** Tensors computed from shapes and constants alone. */
function valuesOfShapes(graph: Graph): ReadonlySet<string> {
  const values = new Set<string>();
  for (const node of graph.nodes) {
    if (node.domain !== '') continue;
    const computed = node.input.filter((name) => name !== '' && graph.constantOf(name) === undefined);
    const fromShapes = computed.length > 0 && computed.every((name) => values.has(name));
    if (node.opType === 'Shape' || node.opType === 'Size' || fromShapes)
      node.output.forEach((name) => values.add(name));
  }
  return values;
}

/** Version of ai.onnx that the model imports. */
export const defaultOpset = (graph: Graph): number => opsetVersion(graph.model);

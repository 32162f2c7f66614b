/** What static quantization will do: which tensors get integers, which share a scale, which nodes vanish, and why the rest stays. */
import type { Graph } from '../../graph/graph.ts';
import { opsetVersion } from '../../graph/graph.ts';
import { floatAttribute, intAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import { biasTensor } from './bias-tensor.ts';
import { clipHoldsZero, padsWithZero } from './constant-inputs.ts';
import { channelAxis, operatorKinds, takesIntegers } from './operators.ts';
import { isFloatTensor } from './quantize-weight.ts';
import type { Exclusion } from './select-nodes.ts';
import type { ValueRange } from './thresholds.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Where an activation's scale comes from. */
export type ActivationPlan =
  | { readonly kind: 'measured' }
  /** The scale of another activation, whose values it holds. */
  | { readonly kind: 'shared'; readonly with: string }
  /** The range of the activation function after it. */
  | { readonly kind: 'as'; readonly tensor: string }
  | { readonly kind: 'fixed'; readonly range: ValueRange };

export interface WeightUse {
  readonly node: NodeProto;
  readonly tensor: TensorProto;
  readonly axis: number | null;
  /** One dimension, one value an output channel; null where there is none. */
  readonly bias: TensorProto | null;
}

export interface StaticPlan {
  readonly activations: ReadonlyMap<string, ActivationPlan>;
  /** Outputs of Relu and Clip nodes that vanish, by their input: the rounding before them does their work. */
  readonly absorbed: ReadonlyMap<string, string>;
  readonly weights: readonly WeightUse[];
  /** Quantized nodes and how; nodes left alone and why. */
  readonly taken: ReadonlyMap<NodeProto, string>;
  readonly left: ReadonlyMap<NodeProto, string>;
}

export interface PlanOptions {
  readonly operators: ReadonlySet<string>;
  readonly excluded: Exclusion;
  readonly perChannel: boolean;
  readonly symmetricActivations: boolean;
  /** Whether depthwise convolutions between float operators stay float. */
  readonly floatIslands: boolean;
}

interface Draft {
  readonly graph: Graph;
  readonly options: PlanOptions;
  readonly opset: number;
  readonly activations: Map<string, ActivationPlan>;
  readonly absorbed: Map<string, string>;
  readonly weights: WeightUse[];
}

/** What a rule did to a node: took it (how), or left it (why). */
type Decision = { readonly taken: string } | { readonly left: string };

/** Plans the main graph, in its order. */
export function planStatic(graph: Graph, options: PlanOptions): StaticPlan {
  const draft: Draft = {
    graph,
    options,
    opset: opsetVersion(graph.model),
    activations: new Map(),
    absorbed: new Map(),
    weights: [],
  };
  const taken = new Map<NodeProto, string>();
  const left = new Map<NodeProto, string>();
  for (const node of graph.nodes) {
    const decision = decide(draft, node);
    if ('taken' in decision) taken.set(node, decision.taken);
    else left.set(node, decision.left);
  }
  return { activations: draft.activations, absorbed: draft.absorbed, weights: draft.weights, taken, left };
}

function decide(draft: Draft, node: NodeProto): Decision {
  const { options, opset } = draft;
  const kind = node.domain === '' || node.domain === 'ai.onnx' ? operatorKinds[node.opType] : undefined;
  if (kind === undefined) return { left: say('no8BitForm') };
  const excluded = options.excluded(node);
  if (excluded !== null) return { left: excluded };
  if (!options.operators.has(node.opType)) return { left: say('operatorNotChosen', { operator: node.opType }) };
  if (!takesIntegers(node.opType, opset)) return { left: say('opsetTooOld', { opset }) };
  switch (kind) {
    case 'convolution':
    case 'product':
      return decideWeighted(draft, node, kind === 'product');
    case 'activation':
      return decideActivation(draft, node);
    case 'movement':
      return decideMovement(draft, node);
    case 'combination':
      return decideCombination(draft, node);
    case 'function':
      return decideFunction(draft, node);
  }
}

const mark = (draft: Draft, tensor: string, plan: ActivationPlan = { kind: 'measured' }): void => {
  if (!draft.activations.has(tensor)) draft.activations.set(tensor, plan);
};

function decideWeighted(draft: Draft, node: NodeProto, isProduct: boolean): Decision {
  const { graph, options } = draft;
  const [input = '', weight = '', bias = ''] = node.input;
  const output = node.output[0]!;
  const tensor = graph.constantOf(weight);
  if (tensor === undefined) return { left: say('weightComputed') };
  if (!isFloatTensor(tensor)) return { left: say('weightNotFloat') };
  if (graph.constantOf(input) !== undefined) return { left: say('inputConstant') };
  if (node.opType === 'Gemm' && floatAttribute(node, 'alpha', 1) !== 1) return { left: say('alphaNot1') };
  const shape = tensorShape(tensor);
  const transposed = intAttribute(node, 'transB', 0) === 1;
  const axis = channelAxis(node.opType, shape.length, transposed);
  const channels =
    node.opType === 'ConvTranspose' ? shape[1]! * intAttribute(node, 'group', 1) : (shape[axis ?? 0] ?? 1);
  const found = bias === '' ? { tensor: null } : biasTensor(node, graph.constantOf(bias), channels);
  if ('left' in found) return found;
  if (options.floatIslands && isIsland(draft, node, shape)) {
    return { left: say('floatIsland') };
  }
  // One scale a channel of a grouped ConvTranspose would not reach the bias, which has a value for each group's channel.
  const perChannel = options.perChannel && !(node.opType === 'ConvTranspose' && channels !== shape[1]);
  mark(draft, input);
  if (!isProduct || wantsIntegers(draft, output)) mark(draft, output);
  draft.weights.push({ node, tensor, axis: perChannel ? axis : null, bias: found.tensor });
  return { taken: perChannel && axis !== null ? say('weightsPerChannel', { axis }) : say('weightsWithOneScale') };
}

/**
 * Whether a depthwise convolution stands between float operators: so little arithmetic doesn't pay for turning values to
 * integers and back, and its channels, each with a range of its own, lose most accuracy (measured on PP-OCR).
 */
function isIsland(draft: Draft, node: NodeProto, shape: readonly number[]): boolean {
  const isDepthwise = node.opType === 'Conv' && shape[1] === 1 && intAttribute(node, 'group', 1) === shape[0];
  return (
    isDepthwise && shape[0]! > 1 && !draft.activations.has(node.input[0]!) && !wantsIntegers(draft, node.output[0]!)
  );
}

/** Whether another product or convolution will read the tensor, straight or through what passes integers on. */
function wantsIntegers(draft: Pick<Draft, 'graph' | 'options'>, tensor: string): boolean {
  const { graph, options } = draft;
  return graph.consumersOf(tensor).some((node) => {
    if (!options.operators.has(node.opType) || options.excluded(node) !== null) return false;
    const kind = operatorKinds[node.opType];
    if (kind === 'convolution' || kind === 'product') {
      const weight = graph.constantOf(node.input[1] ?? '');
      return node.input[0] === tensor && weight !== undefined && isFloatTensor(weight);
    }
    if (kind !== 'activation' && kind !== 'movement') return false;
    return node.output.some((output) => wantsIntegers(draft, output));
  });
}

function decideActivation(draft: Draft, node: NodeProto): Decision {
  const { graph, options, activations } = draft;
  const input = node.input[0]!;
  const output = node.output[0]!;
  const plan = activations.get(input);
  if (plan === undefined) return { left: say('inputStaysFloat') };
  const alone = graph.consumersOf(input).length === 1 && !graph.isOutput(input);
  const cutsAtRange = node.opType === 'Relu' || clipHoldsZero(graph, node);
  mark(draft, output);
  if (!options.symmetricActivations && alone && cutsAtRange && plan.kind === 'measured' && !graph.isInput(input)) {
    activations.delete(input);
    draft.absorbed.set(input, output);
    return { taken: say('doneByRounding') };
  }
  if (alone && plan.kind === 'measured') activations.set(input, { kind: 'as', tensor: output });
  return { taken: say('worksOnIntegers') };
}

function decideMovement(draft: Draft, node: NodeProto): Decision {
  const input = node.input[0]!;
  if (!draft.activations.has(input)) return { left: say('inputStaysFloat') };
  if (node.opType === 'Pad' && !padsWithZero(draft.graph, node)) return { left: say('padsWithOther') };
  for (const output of node.output) if (output !== '') mark(draft, output, { kind: 'shared', with: input });
  return { taken: say('movesIntegers') };
}

function decideCombination(draft: Draft, node: NodeProto): Decision {
  const inputs = node.input.filter((input) => input !== '');
  if (inputs.length === 0 || !inputs.every((input) => draft.activations.has(input))) {
    return { left: say('anInputStaysFloat') };
  }
  mark(draft, node.output[0]!);
  return { taken: say('worksOnIntegers') };
}

function decideFunction(draft: Draft, node: NodeProto): Decision {
  if (!draft.activations.has(node.input[0]!)) return { left: say('inputStaysFloat') };
  mark(
    draft,
    node.output[0]!,
    node.opType === 'Softmax' ? { kind: 'fixed', range: { low: 0, high: 1 } } : { kind: 'measured' },
  );
  return { taken: say('worksOnIntegers') };
}

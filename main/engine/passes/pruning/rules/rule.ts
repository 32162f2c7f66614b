/** What a rule of an operator works with. */
import type { Dimension } from '../../../../../shared/model.ts';
import type { Graph } from '../../../graph/graph.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { tensorValues } from '../../../onnx/tensor.ts';
import type { AxisSpaces } from '../axis-spaces.ts';

export interface RuleContext {
  readonly graph: Graph;
  readonly spaces: AxisSpaces;
  /** Null where the rank is unknown. */
  readonly shapeOf: (tensor: string) => readonly Dimension[] | null;
  readonly opset: number;
}

/** Ties the axes of a node's tensors; axes that it leaves out are locked after it. */
export type Rule = (node: NodeProto, context: RuleContext) => void;

/** The same rule for several operators, named in one string. */
export const named = (names: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

export const tensorsOf = (node: NodeProto): string[] => [...node.input, ...node.output].filter((name) => name !== '');

/** Locks all axes of all tensors of a node. */
export function lockAll(node: NodeProto, { spaces }: RuleContext, reason: string): void {
  for (const tensor of tensorsOf(node)) spaces.lockTensor(tensor, reason);
}

export const rank = (tensor: string, { shapeOf }: RuleContext): number => shapeOf(tensor)!.length;

/** A negative axis counts from the end. */
export const positive = (axis: number, length: number): number => (axis < 0 ? axis + length : axis);

/** Locks the axes of a tensor from one on. */
export function lockFrom(tensor: string, from: number, context: RuleContext, reason: string): void {
  for (let axis = from; axis < rank(tensor, context); axis += 1) context.spaces.lock(tensor, axis, reason);
}

/** A constant integer input as numbers, or null where it is computed. */
export function constantInts(tensor: string | undefined, graph: Graph): number[] | null {
  const constant = tensor === undefined || tensor === '' ? undefined : graph.constantOf(tensor);
  return constant === undefined ? null : Array.from(tensorValues(constant) as ArrayLike<number | bigint>, Number);
}

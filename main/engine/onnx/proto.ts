/** The ONNX messages, and how they are changed without mutation. */
import { create } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
} from './generated/onnx-ml_pb.js';
import type { AttributeProto, NodeProto } from './generated/onnx-ml_pb.js';

export type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  TypeProto,
  ValueInfoProto,
} from './generated/onnx-ml_pb.js';
export {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema as TensorTypeSchema,
  ValueInfoProtoSchema,
};

/** A shallow copy of a message with some fields replaced; unknown fields, presence and the original stay as they are. */
export function patch<Desc extends DescMessage>(
  _schema: Desc,
  message: MessageShape<Desc>,
  changes: Partial<MessageShape<Desc>>,
): MessageShape<Desc> {
  const copy = Object.create(Object.getPrototypeOf(message) as object | null) as MessageShape<Desc>;
  return Object.assign(copy, message, changes);
}

/** What an attribute may be made of; integers are bigint or whole number, floats `{ float }`. */
export type AttributeValue =
  | number
  | bigint
  | string
  | readonly (number | bigint)[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: MessageShape<typeof TensorProtoSchema> };

/** An attribute; a bare number must be whole (it becomes INT), floats are written `{ float: 0.1 }`. */
export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const type = AttributeProto_AttributeType;
  const init = (fields: MessageInitShape<typeof AttributeProtoSchema>): AttributeProto =>
    create(AttributeProtoSchema, { name, ...fields });
  if (typeof value === 'number' || typeof value === 'bigint') return init({ type: type.INT, i: BigInt(value) });
  if (typeof value === 'string') return init({ type: type.STRING, s: new TextEncoder().encode(value) });
  if (Array.isArray(value)) return init({ type: type.INTS, ints: (value as readonly (number | bigint)[]).map(BigInt) });
  if ('float' in value) return init({ type: type.FLOAT, f: value.float });
  if ('floats' in value) return init({ type: type.FLOATS, floats: [...value.floats] });
  if ('strings' in value)
    return init({ type: type.STRINGS, strings: value.strings.map((s) => new TextEncoder().encode(s)) });
  return init({ type: type.TENSOR, t: (value as { tensor: MessageShape<typeof TensorProtoSchema> }).tensor });
}

/** A node. `domain` is set only when given. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  extra: { name?: string; domain?: string; attributes?: Readonly<Record<string, AttributeValue>> } = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input: [...inputs],
    output: [...outputs],
    ...(extra.name === undefined ? {} : { name: extra.name }),
    ...(extra.domain === undefined ? {} : { domain: extra.domain }),
    attribute: Object.entries(extra.attributes ?? {}).map(([name, value]) => makeAttribute(name, value)),
  });
}

/** The attribute of that name, or undefined. */
export const findAttribute = (node: NodeProto, name: string): AttributeProto | undefined =>
  node.attribute.find((attribute) => attribute.name === name);

/** An INT attribute as a number (must fit), or the fallback. */
export const intAttribute = (node: NodeProto, name: string, fallback: number): number => {
  const attribute = findAttribute(node, name);
  return attribute === undefined ? fallback : Number(attribute.i);
};

/** A FLOAT attribute, or the fallback. */
export const floatAttribute = (node: NodeProto, name: string, fallback: number): number =>
  findAttribute(node, name)?.f ?? fallback;

/** An INTS attribute as numbers, or undefined where the node has none. */
export const intsAttribute = (node: NodeProto, name: string): number[] | undefined =>
  findAttribute(node, name)?.ints.map(Number);

/** A STRING attribute, or the fallback. */
export const stringAttribute = (node: NodeProto, name: string, fallback: string): string => {
  const attribute = findAttribute(node, name);
  return attribute === undefined ? fallback : new TextDecoder().decode(attribute.s);
};

/** A copy of the node with the attribute set (replaced or added). */
export function withAttribute(node: NodeProto, name: string, value: AttributeValue): NodeProto {
  const attribute = node.attribute.filter((existing) => existing.name !== name);
  return patch(NodeProtoSchema, node, { attribute: [...attribute, makeAttribute(name, value)] });
}

/** A copy of the node with other inputs. */
export const withInputs = (node: NodeProto, input: readonly string[]): NodeProto =>
  patch(NodeProtoSchema, node, { input: [...input] });

/** A copy of the node with other outputs. */
export const withOutputs = (node: NodeProto, output: readonly string[]): NodeProto =>
  patch(NodeProtoSchema, node, { output: [...output] });

/**
 * A model as a list of chunks: small parts encoded by the library, large raw data as views. Joined they are, byte for
 * byte, what the library would have encoded in one piece, without a second copy of the weights in memory.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ModelProtoSchema } from './proto.ts';
import type { ModelProto } from './proto.ts';

/** Raw data from this size on stays where it is, be that in a file. */
export const largeBytes = 65_536;

/** Message fields on the way from a model to a tensor's raw data, by type. */
const pathFields: Readonly<Record<string, readonly string[]>> = {
  'onnx.ModelProto': ['graph', 'functions'],
  'onnx.FunctionProto': ['node'],
  'onnx.GraphProto': ['node', 'initializer', 'sparseInitializer'],
  'onnx.NodeProto': ['attribute'],
  'onnx.AttributeProto': ['t', 'g', 'tensors', 'graphs', 'sparseTensor', 'sparseTensors'],
  'onnx.SparseTensorProto': ['values', 'indices'],
  'onnx.TensorProto': ['rawData'],
};

type Fields = Readonly<Record<string, unknown>>;

/** The model's bytes in order. Raw data of 64 KiB and more are views on the model. */
export function encodeChunks(model: ModelProto): Uint8Array[] {
  const heavy = new Set<unknown>();
  markHeavy(model, heavy);
  return chunksOf(ModelProtoSchema, model, heavy);
}

/** Remembers every message that has large raw data somewhere inside. */
function markHeavy(message: Message, heavy: Set<unknown>): boolean {
  let found = false;
  for (const name of pathFields[message.$typeName] ?? []) {
    if (!Object.hasOwn(message, name)) continue;
    const value = (message as unknown as Fields)[name];
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (part instanceof Uint8Array) {
        if (part.byteLength >= largeBytes) found = true;
      } else if (part !== undefined && markHeavy(part as Message, heavy)) found = true;
    }
  }
  if (found) heavy.add(message);
  return found;
}

function chunksOf(schema: DescMessage, message: Message, heavy: ReadonlySet<unknown>): Uint8Array[] {
  if (!heavy.has(message)) return [toBinary(schema, message)];
  const chunks: Uint8Array[] = [];
  const fields = message as unknown as Fields;
  /** Light fields that wait to be encoded in one piece; an array so that emptying it is seen everywhere. */
  const waiting: [name: string, value: unknown][] = [];
  const flush = (): void => {
    const bytes = toBinary(schema, Object.assign(create(schema), Object.fromEntries(waiting.splice(0))));
    if (bytes.byteLength > 0) chunks.push(bytes);
  };
  for (const field of [...schema.fields].sort((a, b) => a.number - b.number)) {
    const name = field.localName;
    const value = Object.hasOwn(message, name) ? fields[name] : undefined;
    if (value === undefined) continue;
    if (pathFields[schema.typeName]?.includes(name) !== true) {
      waiting.push([name, value]);
    } else if (Array.isArray(value)) {
      // Runs of light elements in one piece, heavy ones each in theirs.
      let from = 0;
      value.forEach((element, index) => {
        if (!heavy.has(element)) return;
        waiting.push([name, value.slice(from, index)]);
        flush();
        chunks.push(...fieldChunks(field, element, heavy));
        from = index + 1;
      });
      waiting.push([name, value.slice(from)]);
    } else {
      flush();
      chunks.push(...fieldChunks(field, value, heavy));
    }
  }
  if (message.$unknown !== undefined) waiting.push(['$unknown', message.$unknown]);
  flush();
  return chunks;
}

/** A singular field, or one element of a repeated one, with its tag and length. */
function fieldChunks(field: DescField, value: unknown, heavy: ReadonlySet<unknown>): Uint8Array[] {
  const content =
    value instanceof Uint8Array ? [value] : chunksOf(field.message as DescMessage, value as Message, heavy);
  const sizeBytes = content.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return [new BinaryWriter().tag(field.number, WireType.LengthDelimited).uint32(sizeBytes).finish(), ...content];
}

/** Large constants by reference to the model's own file, so that ONNX Runtime maps them and nobody copies them. */
import { create } from '@bufbuild/protobuf';
import { outlineBytes } from '../onnx/check-wire.ts';
import {
  DataLocation,
  GraphProtoSchema,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
  patch,
} from '../onnx/proto.ts';
import type { GraphProto, ModelProto, TensorProto } from '../onnx/proto.ts';
import { renameTensor } from '../onnx/tensor.ts';
import { constantTensor } from './infer-shapes.ts';

/** Where raw data of a model stands in its file, or null where it is not a part of the file. */
export type OffsetOf = (raw: Uint8Array) => number | null;

/** From this IR version on, an initializer need not be an input too. */
const freeInitializersFromIr = 4n;

/**
 * The model with the large constants of its main graph as external data in the file `fileName`; those of `Constant` nodes
 * become initializers. What can't be referred to stays as it is.
 */
export function referToFile(model: ModelProto, fileName: string, offsetOf: OffsetOf): ModelProto {
  const refer = (tensor: TensorProto): TensorProto => {
    const offset = isLarge(tensor) ? offsetOf(tensor.rawData) : null;
    return offset === null ? tensor : reference(tensor, fileName, offset);
  };
  const graph = model.graph as GraphProto;
  const initializer = graph.initializer.map(refer);
  if (model.irVersion < freeInitializersFromIr)
    return patch(ModelProtoSchema, model, { graph: patch(GraphProtoSchema, graph, { initializer }) });
  const node = graph.node.filter((candidate) => {
    const tensor = constantTensor(candidate);
    const referred = tensor === undefined ? undefined : refer(tensor);
    if (referred === undefined || referred === tensor) return true;
    initializer.push(renameTensor(referred, candidate.output[0] ?? ''));
    return false;
  });
  return patch(ModelProtoSchema, model, { graph: patch(GraphProtoSchema, graph, { initializer, node }) });
}

/** Whether the tensor's raw data was left out of an outline. */
export const isLarge = (tensor: TensorProto): boolean =>
  Object.hasOwn(tensor, 'rawData') && tensor.rawData.byteLength > outlineBytes;

function reference(tensor: TensorProto, location: string, offset: number): TensorProto {
  const entries = { location, offset: String(offset), length: String(tensor.rawData.byteLength) };
  const referred = patch(TensorProtoSchema, tensor, {
    externalData: Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    dataLocation: DataLocation.EXTERNAL,
  });
  delete (referred as { rawData?: Uint8Array }).rawData;
  return referred;
}

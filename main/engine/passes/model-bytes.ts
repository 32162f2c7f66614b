import { GraphProtoSchema, ModelProtoSchema, TensorProtoSchema, patch } from '../onnx/proto.ts';
import type { ModelProto, TensorProto } from '../onnx/proto.ts';
import { encodeModel } from '../onnx/write-model.ts';

/** Bytes of the model as one file, without encoding its weights: the skeleton's, plus the raw data (lengths' own bytes aside). */
export function modelBytes(model: ModelProto): number {
  const graph = model.graph;
  if (graph === undefined) return encodeModel(model).byteLength;
  let rawBytes = 0;
  const initializer = graph.initializer.map((tensor: TensorProto) => {
    if (!Object.hasOwn(tensor, 'rawData')) return tensor;
    rawBytes += tensor.rawData.byteLength;
    return patch(TensorProtoSchema, tensor, { rawData: new Uint8Array() });
  });
  const skeleton = patch(ModelProtoSchema, model, { graph: patch(GraphProtoSchema, graph, { initializer }) });
  return encodeModel(skeleton).byteLength + rawBytes;
}

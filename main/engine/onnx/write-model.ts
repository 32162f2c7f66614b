import { toBinary } from '@bufbuild/protobuf';
import { writeFile } from 'node:fs/promises';
import { ModelProtoSchema } from './proto.ts';
import type { ModelProto } from './proto.ts';

/** A model as bytes, for those below 1 GB. */
export const encodeModel = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);

/** Writes a model file. */
export async function writeModel(model: ModelProto, path: string): Promise<void> {
  await writeFile(path, encodeModel(model));
}

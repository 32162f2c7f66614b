import { open } from 'node:fs/promises';
import { largeBytes } from './encode-chunks.ts';
import { isFileBacked } from './file-backed.ts';
import type { BackingFiles } from './file-backed.ts';
import { mapTensors } from './map-tensors.ts';
import { TensorProtoSchema, patch } from './proto.ts';
import type { ModelProto } from './proto.ts';
import { tensorsOf } from './tensors-of.ts';
import { writeError } from './write-model.ts';

/**
 * The model with its large values in the new file at `path` rather than in memory, where it has any; those that are in a file
 * already stay there. Tensors that share values go on sharing them. Raises `storage`.
 */
export async function moveToDisk(model: ModelProto, path: string, files: BackingFiles): Promise<ModelProto> {
  const large = new Set<Uint8Array>();
  for (const { tensor } of tensorsOf(model)) {
    const raw = Object.hasOwn(tensor, 'rawData') ? tensor.rawData : null;
    if (raw !== null && raw.byteLength >= largeBytes && !isFileBacked(raw)) large.add(raw);
  }
  if (large.size === 0) return model;
  const offsets = await writeAll(path, large).catch((cause: unknown) => {
    throw writeError(path, cause);
  });
  const parts = new Map([...offsets].map(([raw, offset]) => [raw, files.part(path, offset, raw.byteLength)]));
  return mapTensors(model, (tensor) => {
    const part = Object.hasOwn(tensor, 'rawData') ? parts.get(tensor.rawData) : undefined;
    return part === undefined ? tensor : patch(TensorProtoSchema, tensor, { rawData: part });
  });
}

async function writeAll(path: string, values: Iterable<Uint8Array>): Promise<Map<Uint8Array, number>> {
  const offsets = new Map<Uint8Array, number>();
  const handle = await open(path, 'w');
  try {
    let end = 0;
    for (const raw of values) {
      offsets.set(raw, end);
      for (let done = 0; done < raw.byteLength;) {
        const { bytesWritten } = await handle.write(raw, done, raw.byteLength - done, end + done);
        done += bytesWritten;
      }
      end += raw.byteLength;
    }
  } finally {
    await handle.close();
  }
  return offsets;
}

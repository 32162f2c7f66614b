import { create } from '@bufbuild/protobuf';
import { rm, open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { encodeChunks } from './encode-chunks.ts';
import { bytesOf } from './file-backed.ts';
import { mapTensors } from './map-tensors.ts';
import { DataLocation, StringStringEntryProtoSchema, TensorProtoSchema, patch } from './proto.ts';
import type { ModelProto, TensorProto } from './proto.ts';

/** Models above this many encoded bytes get their weights in a data file: protobuf ends at 2 GiB. */
const defaultThresholdBytes = 1.5e9;
/** Smaller tensors stay in the model, where shape inference can see them. */
const smallestExternalBytes = 1_024;
/** Offsets that memory mapping can use. */
const alignmentBytes = 4_096;
/** One system call writes at most so many bytes and parts. */
const batchBytes = 16 * 2 ** 20;
const batchParts = 512;

/** A model as bytes in one piece, for those that fit into memory twice. */
export const encodeModel = (model: ModelProto): Uint8Array => {
  const chunks = encodeChunks(model).map((chunk) => bytesOf(chunk));
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(chunks));
};

export interface WriteOptions {
  /** From so many bytes on, tensors of 1 KiB and more go to `<file>.data` beside the model. Default 1.5e9. */
  readonly externalDataThresholdBytes?: number;
}

/**
 * Writes a model file (and its data file `<file>.data` where it is large): under a temporary name, flushed to the
 * disk, then renamed. Weights are not copied in memory. Tensors whose external data was kept stay as they are: their
 * files must stand beside `path`. Raises `storage`.
 */
export async function writeModel(model: ModelProto, path: string, options: WriteOptions = {}): Promise<void> {
  const chunks = encodeChunks(model);
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  try {
    if (sizeBytes < (options.externalDataThresholdBytes ?? defaultThresholdBytes)) {
      await writeFiles([{ path, chunks }]);
      return;
    }
    const dataPath = `${path}.data`;
    const { small, data } = externalize(model, basename(dataPath));
    await writeFiles([
      { path: dataPath, chunks: data },
      { path, chunks: encodeChunks(small) },
    ]);
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** What the system said about writing a file, as `storage`; anything else as it is. */
export function writeError(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === undefined || cause instanceof CrivoError) return cause;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const message = isFull ? say('unwritableFull', { path }) : say('unwritableRefused', { path, code });
  return new CrivoError('storage', message, { cause });
}

/** The model with its large tensors moved out, and the content of the data file. Tensors that share bytes share a region. */
function externalize(model: ModelProto, location: string): { small: ModelProto; data: Uint8Array[] } {
  const data: Uint8Array[] = [];
  const offsets = new Map<Uint8Array, number>();
  let end = 0;
  const place = (bytes: Uint8Array): number => {
    const known = offsets.get(bytes);
    if (known !== undefined) return known;
    const padding = (alignmentBytes - (end % alignmentBytes)) % alignmentBytes;
    if (padding > 0) data.push(new Uint8Array(padding));
    const offset = end + padding;
    data.push(bytes);
    end = offset + bytes.byteLength;
    offsets.set(bytes, offset);
    return offset;
  };
  const small = mapTensors(model, (tensor) => {
    if (!Object.hasOwn(tensor, 'rawData') || tensor.rawData.byteLength < smallestExternalBytes) return tensor;
    return movedOut(tensor, location, place(tensor.rawData));
  });
  return { small, data };
}

function movedOut(tensor: TensorProto, location: string, offset: number): TensorProto {
  const entries = { location, offset: String(offset), length: String(tensor.rawData.byteLength) };
  const moved = patch(TensorProtoSchema, tensor, {
    externalData: Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    dataLocation: DataLocation.EXTERNAL,
  });
  delete (moved as { rawData?: Uint8Array }).rawData;
  return moved;
}

interface NewFile {
  readonly path: string;
  readonly chunks: readonly Uint8Array[];
}

/** All or none: no file takes its name before each is on the disk. */
async function writeFiles(files: readonly NewFile[]): Promise<void> {
  const temporary = (path: string): string => `${path}.${process.pid}.tmp`;
  try {
    for (const { path, chunks } of files) await writeFlushed(temporary(path), chunks);
    for (const { path } of files) await rename(temporary(path), path);
  } catch (error) {
    for (const { path } of files) await rm(temporary(path), { force: true });
    throw error;
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

async function writeFlushed(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const batch of batchesOf(chunks))
      await writeBatch(
        handle,
        batch.map((part) => bytesOf(part)),
      );
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function* batchesOf(chunks: readonly Uint8Array[]): Generator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += batchBytes) {
      const part = chunk.subarray(at, at + batchBytes);
      if (batch.length === batchParts || sizeBytes + part.byteLength > batchBytes) {
        if (batch.length > 0) yield batch;
        batch = [];
        sizeBytes = 0;
      }
      batch.push(part);
      sizeBytes += part.byteLength;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Writes all parts: a full disk or a signal may end a write early without an error. */
async function writeBatch(handle: FileHandle, parts: Uint8Array[]): Promise<void> {
  let rest = parts;
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    while (rest[0] !== undefined && bytesWritten >= rest[0].byteLength) {
      bytesWritten -= rest[0].byteLength;
      rest = rest.slice(1);
    }
    if (rest[0] !== undefined && bytesWritten > 0) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)];
  }
}

/** Makes the rename itself durable; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

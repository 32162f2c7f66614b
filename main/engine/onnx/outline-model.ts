/** A model without its weights in memory, for what needs only its structure. */
import { readSync } from 'node:fs';
import type { ByteSource } from './check-wire.ts';
import { largeBytes } from './encode-chunks.ts';
import { findExternalData, referToExternalData } from './external-data.ts';
import { backWithFile, backingFiles } from './file-backed.ts';
import type { ModelProto } from './proto.ts';
import { decodeOutline, openModelFile } from './read-model.ts';
import { checkTensor } from './tensor.ts';
import { tensorsOf } from './tensors-of.ts';

const pageBytes = 65_536;

/** A model of which only the structure and small constants are read. */
export interface ModelOutline {
  /** Raw data above `outlineBytes` has its size but reads as zeros until `loadValues` was called. */
  readonly model: ModelProto;
  /** Brings the remaining raw data of the file into memory. Blocks: call it in a job's process. */
  readonly loadValues: () => void;
  /** Where raw data of the model stands in the file, or null where it is no part of it. */
  readonly offsetOf: (raw: Uint8Array) => number | null;
  readonly close: () => Promise<void>;
}

/**
 * Opens a model file of any size; external data is only checked to be there. Pages of the file that hold nothing but
 * weights are never read, and take no memory. Reads synchronously: call it in a job's process. Raises `invalid-model`.
 */
export async function openModelOutline(path: string): Promise<ModelOutline> {
  const { handle, sizeBytes } = await openModelFile(path);
  try {
    const source = pagedSource(handle.fd, sizeBytes);
    const model = decodeOutline(source, path);
    await findExternalData(model, path);
    for (const { tensor, label } of tensorsOf(model)) checkTensor(tensor, label);
    return {
      model,
      loadValues: () => source.ensure(0, sizeBytes),
      offsetOf: (raw) => (raw.buffer === source.bytes.buffer ? raw.byteOffset : null),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Opens a model whose large values, external data included, are read when `tensorValues` or `writeModel` look at them; small ones
 * are in memory. It is complete until `files` are closed. Raises `invalid-model`.
 */
export async function openModelOnDisk(
  path: string,
): Promise<{ readonly model: ModelProto; readonly close: () => Promise<void> }> {
  const files = backingFiles();
  const { handle, sizeBytes } = await openModelFile(path);
  const close = async (): Promise<void> => {
    files.close();
    await handle.close();
  };
  try {
    const source = pagedSource(handle.fd, sizeBytes);
    const model = decodeOutline(source, path);
    await referToExternalData(await findExternalData(model, path), files);
    for (const { tensor, label } of tensorsOf(model)) {
      checkTensor(tensor, label);
      const raw = Object.hasOwn(tensor, 'rawData') ? tensor.rawData : null;
      if (raw?.buffer === source.bytes.buffer && raw.byteLength < largeBytes)
        source.ensure(raw.byteOffset, raw.byteOffset + raw.byteLength);
    }
    // Nothing else holds values that are no tensors of the model's.
    if (model.trainingInfo.length > 0) source.ensure(0, sizeBytes);
    backWithFile(source.bytes.buffer, handle.fd, 0);
    return { model, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file's bytes, read page by page when asked for. The system gives an untouched page of the array no memory. */
function pagedSource(fileDescriptor: number, sizeBytes: number): ByteSource {
  const bytes = new Uint8Array(sizeBytes);
  const present = new Uint8Array(Math.ceil(sizeBytes / pageBytes));
  const ensure = (start: number, end: number): void => {
    const last = Math.ceil(end / pageBytes);
    for (let page = Math.floor(start / pageBytes); page < last; page += 1) {
      if (present[page] === 1) continue;
      let run = page + 1;
      while (run < last && present[run] === 0) run += 1;
      readPages(fileDescriptor, bytes, page * pageBytes, Math.min(run * pageBytes, sizeBytes));
      present.fill(1, page, run);
      page = run - 1;
    }
  };
  return { bytes, ensure };
}

function readPages(fileDescriptor: number, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) {
    const count = readSync(fileDescriptor, bytes, at, Math.min(end - at, 2 ** 30), at);
    if (count === 0) return;
    at += count;
  }
}

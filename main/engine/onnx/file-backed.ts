/**
 * Bytes that stay in a file until they are looked at. What stands for them is an array that nothing was written to: it has their
 * length, and the system gives it no memory. Reading blocks: use it in a job's process.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

interface Backing {
  readonly fileDescriptor: number;
  /** Where the buffer's first byte stands in the file. */
  readonly offset: number;
}

const backings = new WeakMap<ArrayBufferLike, Backing>();

/** Tells that all bytes of the buffer are to be read from there. */
export const backWithFile = (buffer: ArrayBufferLike, fileDescriptor: number, offset: number): void => {
  backings.set(buffer, { fileDescriptor, offset });
};

/** Whether the bytes have to be read from a file. */
export const isFileBacked = (bytes: Uint8Array): boolean => backings.has(bytes.buffer);

/** The bytes themselves, or read from their file: into `target`, or else a new array. Raises `storage` where the file became shorter. */
export function bytesOf(bytes: Uint8Array, target?: Uint8Array<ArrayBuffer>): Uint8Array {
  const backing = backings.get(bytes.buffer);
  if (backing === undefined) return bytes;
  const read = target ?? new Uint8Array(bytes.byteLength);
  const start = backing.offset + bytes.byteOffset;
  for (let done = 0; done < bytes.byteLength;) {
    const length = Math.min(bytes.byteLength - done, 2 ** 30);
    const count = readSync(backing.fileDescriptor, read, done, length, start + done);
    if (count === 0) throw new CrivoError('storage', say('fileBecameShorter'));
    done += count;
  }
  return read;
}

/** Files whose bytes are looked at later; closed in one go when nothing reads them any more. */
export interface BackingFiles {
  /** A part of the file at `path`. */
  readonly part: (path: string, offset: number, sizeBytes: number) => Uint8Array<ArrayBuffer>;
  readonly close: () => void;
}

/** No file is opened before its first part is asked for. */
export function backingFiles(): BackingFiles {
  const descriptors = new Map<string, number>();
  return {
    part: (path, offset, sizeBytes) => {
      const descriptor = descriptors.get(path) ?? openSync(path, 'r');
      descriptors.set(path, descriptor);
      if (fstatSync(descriptor).size < offset + sizeBytes) throw new Error(`${path} ends before its part`);
      const bytes = new Uint8Array(sizeBytes);
      backWithFile(bytes.buffer, descriptor, offset);
      return bytes;
    },
    close: () => {
      for (const descriptor of descriptors.values()) closeSync(descriptor);
      descriptors.clear();
    },
  };
}

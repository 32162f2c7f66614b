import type { FileHandle } from 'node:fs/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** One read: Linux moves at most 2 GiB at once, and a smaller part lets other work in between. */
const chunkBytes = 16 * 2 ** 20;
/** The system gives an array its memory while it is filled, which takes as long as the copying: two cores halve it. */
const readsAtOnce = 2;

/** A part of a file of any size in one buffer. Raises `storage` when the file ends before. */
export async function readBytes(
  handle: FileHandle,
  offset: number,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  let next = 0;
  const readOn = async (): Promise<void> => {
    while (next < sizeBytes) {
      const start = next;
      next = Math.min(sizeBytes, start + chunkBytes);
      await fill(handle, bytes.subarray(start, next), offset + start);
    }
  };
  const readers = await Promise.allSettled(Array.from({ length: readsAtOnce }, readOn));
  for (const reader of readers) if (reader.status === 'rejected') throw reader.reason;
  return bytes;
}

async function fill(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, offset + done);
    if (bytesRead === 0) throw new CrivoError('storage', say('fileBecameShorter'));
    done += bytesRead;
  }
}

import type { FileHandle } from 'node:fs/promises';
import { CrivoError } from '../../../shared/errors.ts';

/** One read: Linux moves at most 2 GiB at once, and a smaller part lets other work in between. */
const chunkBytes = 64 * 2 ** 20;

/** A part of a file of any size in one buffer. Raises `storage` when the file ends before. */
export async function readBytes(
  handle: FileHandle,
  offset: number,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  for (let done = 0; done < sizeBytes;) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(chunkBytes, sizeBytes - done), offset + done);
    if (bytesRead === 0)
      throw new CrivoError(
        'storage',
        'The file became shorter while it was read; try again when nothing writes to it.',
      );
    done += bytesRead;
  }
  return bytes;
}

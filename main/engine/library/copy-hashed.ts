/** Copies a file and hashes it on the way. */
import { createHash } from 'node:crypto';
import { constants, copyFile, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { earlyFlush } from '../early-flush.ts';

/** What is read, hashed and written at once: hashing it takes about 3 ms, which leaves the event loop free in between. */
const chunkBytes = 2 ** 20;

export interface HashedCopy {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface CopyOptions {
  readonly signal?: AbortSignal;
  /** Bytes done so far and in all. */
  readonly onBytes?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Copies a file to a new path, flushed to the disk, and gives the SHA-256 of what was written. Takes the memory of three
 * chunks. Shares the blocks where the file system can. Raises `storage` when the source changes meanwhile, `cancelled`.
 */
export async function copyHashed(source: string, target: string, options: CopyOptions = {}): Promise<HashedCopy> {
  const from = await open(source);
  try {
    const before = await from.stat();
    const isClone = await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
      () => true,
      () => false,
    );
    // A failed clone may leave an empty file behind.
    if (!isClone) await rm(target, { force: true });
    const to = await open(target, isClone ? 'r+' : 'wx');
    try {
      const copy = await pump(isClone ? to : from, isClone ? null : to, before.size, options);
      const after = await from.stat();
      if (copy.sizeBytes !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        throw new CrivoError('storage', say('sourceChanged', { source }));
      }
      return copy;
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Hashes one chunk while the next is read and the one before is written to `to`; a clone (`to` is null) is read itself. All is on the disk then. */
async function pump(
  from: FileHandle,
  to: FileHandle | null,
  totalBytes: number,
  { signal, onBytes }: CopyOptions,
): Promise<HashedCopy> {
  const hash = createHash('sha256');
  const buffers = [0, 1, 2].map(() => Buffer.allocUnsafe(chunkBytes));
  let writing: Promise<void> = Promise.resolve();
  const flush = earlyFlush(to ?? from);
  let position = 0;
  try {
    let reading = from.read(buffers[0]!, 0, chunkBytes, 0);
    for (let turn = 0; ; turn += 1) {
      if (signal?.aborted) throw new CrivoError('cancelled', say('addingOneCancelled'));
      const { bytesRead } = await reading;
      if (bytesRead === 0) break;
      const chunk = buffers[turn % 3]!.subarray(0, bytesRead);
      await writing;
      // The next buffer's last content is written by now: it was the one two turns ago.
      reading = from.read(buffers[(turn + 1) % 3]!, 0, chunkBytes, position + bytesRead);
      reading.catch(() => {});
      if (to !== null) {
        writing = writeAll(to, chunk, position);
        // It may fail before it is waited for, as may the next read: that must not end the process.
        writing.catch(() => {});
      }
      hash.update(chunk);
      position += bytesRead;
      onBytes?.(position, totalBytes);
      if (to !== null) flush.wrote(bytesRead);
    }
    await writing;
    await flush.finish();
    return { sha256: hash.digest('hex'), sizeBytes: position };
  } catch (error) {
    await Promise.allSettled([writing]);
    throw error;
  }
}

async function writeAll(to: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await to.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
}

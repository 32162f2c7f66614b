import type { FileHandle } from 'node:fs/promises';

/** So much is written before the disk is asked to begin with it. */
const flushBytes = 64 * 2 ** 20;

export interface EarlyFlush {
  /** Tells that so many more bytes were written. */
  readonly wrote: (bytes: number) => void;
  /** Resolves when all is on the disk; raises what the disk answered to this or to an earlier flush. */
  readonly finish: () => Promise<void>;
}

/**
 * Brings a file to the disk while it is still being written, so that making its bytes and storing them take the time of the
 * slower one, and the last flush is short.
 */
export function earlyFlush(handle: FileHandle): EarlyFlush {
  let [unflushedBytes, isFlushing] = [0, false];
  // The system tells of a failed write once: what an early flush met is kept for the end.
  let flushed = Promise.resolve();
  return {
    wrote: (bytes) => {
      unflushedBytes += bytes;
      if (isFlushing || unflushedBytes < flushBytes) return;
      [unflushedBytes, isFlushing] = [0, true];
      flushed = handle.datasync();
      // After a failure nothing is flushed early any more.
      flushed.then(
        () => (isFlushing = false),
        () => {},
      );
    },
    finish: async () => {
      await flushed;
      await handle.sync();
    },
  };
}

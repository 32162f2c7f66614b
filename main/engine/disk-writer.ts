import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';

/** So many bytes wait in memory of the system before they are brought to the disk beside what is still being written. */
const syncEveryBytes = 2 ** 25;

/**
 * A stream into a new file that has finished when every byte is on the disk. Bytes go to the disk while the file still grows, so
 * that making them and storing them take the time of the slower one. Raises the system's error where the file exists or the disk
 * takes no more.
 */
export async function diskWriter(path: string): Promise<Writable> {
  const handle = await open(path, 'wx');
  const storing = storeWhileWriting(handle);
  return new Writable({
    highWaterMark: 2 ** 22,
    write: (chunk: Uint8Array, _encoding, done) => {
      // Unlike one `write`, this goes on until all of it is written.
      handle.writeFile(chunk).then(() => {
        storing.wrote(chunk.byteLength);
        done();
      }, done);
    },
    final: (done) => void storing.finish().then(() => done(), done),
    destroy: (error, done) => void handle.close().then(() => done(error), done),
  });
}

function storeWhileWriting(handle: FileHandle): {
  readonly wrote: (bytes: number) => void;
  readonly finish: () => Promise<void>;
} {
  let [waitingBytes, isStoring] = [0, false];
  // The system tells of a failed write once: what an early one met is kept for the end.
  let stored = Promise.resolve();
  return {
    wrote: (bytes) => {
      waitingBytes += bytes;
      if (isStoring || waitingBytes < syncEveryBytes) return;
      [waitingBytes, isStoring] = [0, true];
      stored = stored.then(() => handle.datasync());
      stored.then(
        () => (isStoring = false),
        () => {},
      );
    },
    finish: async () => {
      await stored;
      await handle.sync();
    },
  };
}

import { open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { earlyFlush } from './early-flush.ts';

/** A stream into a new file that has finished when every byte is on the disk. Raises the system's error where the file exists or the disk takes no more. */
export async function diskWriter(path: string): Promise<Writable> {
  const handle = await open(path, 'wx');
  const flush = earlyFlush(handle);
  return new Writable({
    highWaterMark: 2 ** 22,
    write: (chunk: Uint8Array, _encoding, done) => {
      // Unlike one `write`, this goes on until all of it is written.
      handle.writeFile(chunk).then(() => {
        flush.wrote(chunk.byteLength);
        done();
      }, done);
    },
    final: (done) => void flush.finish().then(() => done(), done),
    destroy: (error, done) => void handle.close().then(() => done(error), done),
  });
}

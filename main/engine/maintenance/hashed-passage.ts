import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** A stream that passes bytes on as they are; `sha256` tells what went through, in lower-case hex, once it has ended. */
export function hashedPassage(onBytes: (bytes: number) => void = () => {}): {
  readonly stream: Transform;
  readonly sha256: () => string;
} {
  const hash = createHash('sha256');
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      onBytes(chunk.byteLength);
      done(null, chunk);
    },
  });
  return { stream, sha256: () => hash.digest('hex') };
}

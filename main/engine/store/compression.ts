import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** How bytes are compressed; written beside them. Deflate is smaller and twice as fast to read below some 10 kB. */
export type Compression = 'zstd' | 'deflate';

// Older Nodes lack it whatever the types say.
const hasZstd = typeof (zlib as { zstdCompressSync?: unknown }).zstdCompressSync === 'function';
const deflateAsync = promisify<Uint8Array, Buffer>(zlib.deflate);

/** Compressed bytes, off this thread; `deflate` in place of a wished `zstd` on a Node without it (before 22.15). */
export async function compress(
  bytes: Uint8Array,
  wish: Compression,
): Promise<{ readonly encoding: Compression; readonly bytes: Buffer }> {
  if (wish === 'deflate' || !hasZstd) return { encoding: 'deflate', bytes: await deflateAsync(bytes) };
  return { encoding: 'zstd', bytes: await promisify<Uint8Array, Buffer>(zlib.zstdCompress)(bytes) };
}

/** The bytes again; throws `unavailable` for zstd on a Node without it. */
export function decompress(encoding: string, bytes: Uint8Array): Buffer {
  if (encoding === 'deflate') return zlib.inflateSync(bytes);
  if (!hasZstd) throw new CrivoError('unavailable', say('storedByNewerNode'));
  return zlib.zstdDecompressSync(bytes);
}

import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { CrivoError } from '../../../shared/errors.ts';

/** How bytes are compressed: zstd where this Node has it (22.15 and newer), else deflate; written beside them. */
export type Compression = 'zstd' | 'deflate';

// Older Nodes lack it whatever the types say.
const hasZstd = typeof (zlib as { zstdCompressSync?: unknown }).zstdCompressSync === 'function';
const deflateAsync = promisify<Uint8Array, Buffer>(zlib.deflate);

/** Compressed bytes, off this thread. */
export async function compress(bytes: Uint8Array): Promise<{ readonly encoding: Compression; readonly bytes: Buffer }> {
  if (!hasZstd) return { encoding: 'deflate', bytes: await deflateAsync(bytes) };
  return { encoding: 'zstd', bytes: await promisify<Uint8Array, Buffer>(zlib.zstdCompress)(bytes) };
}

/** The bytes again; throws `unavailable` for zstd on a Node without it. */
export function decompress(encoding: string, bytes: Uint8Array): Buffer {
  if (encoding === 'deflate') return zlib.inflateSync(bytes);
  if (!hasZstd)
    throw new CrivoError('unavailable', 'This result was stored by a newer Node: read it with Node 22.15 or newer.');
  return zlib.zstdDecompressSync(bytes);
}

/** Fetches one large file, goes on where an earlier try was cut off, and checks it whole. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { JobOptions } from '../ports.ts';

export interface Download {
  readonly url: string;
  readonly sizeBytes: number;
  /** SHA-512, Base64. */
  readonly sha512: string;
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * Fetches to `path`, where what an earlier try left is kept and gone on with. Rejects with `cancelled` or `job-failed`; what
 * was fetched stays for the next try, but a whole file of another content is removed.
 */
export async function download(file: Download, path: string, { signal, onProgress }: JobOptions = {}): Promise<void> {
  try {
    await fetchRest(file, path, { signal, onProgress });
  } catch (error) {
    if (signal?.aborted === true) throw new CrivoError('cancelled', say('downloadCancelled'));
    if (error instanceof CrivoError) throw error;
    throw new CrivoError('job-failed', say('hostUnreadable', { host: new URL(file.url).host, why: reasonOf(error) }), {
      cause: error,
    });
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  if (hash.digest('base64') === file.sha512) return;
  await rm(path, { force: true });
  throw new CrivoError('job-failed', say('downloadDiffers', { host: new URL(file.url).host }));
}

async function fetchRest(
  { url, sizeBytes }: Download,
  path: string,
  { signal, onProgress }: JobOptions,
): Promise<void> {
  let have = await sizeOf(path);
  if (have >= sizeBytes) return;
  const response = await fetch(url, {
    signal: signal ?? null,
    ...(have > 0 ? { headers: { range: `bytes=${have}-` } } : {}),
  });
  if (!response.ok || response.body === null) throw new Error(say('answeredStatus', { status: response.status }));
  // A server that knows no ranges begins again.
  if (response.status !== 206) have = 0;
  const sink = createWriteStream(path, { flags: have > 0 ? 'a' : 'w' });
  const body = Readable.from(response.body);
  body.on('data', (chunk: Uint8Array) => {
    have += chunk.length;
    onProgress?.(have / sizeBytes, say('bytesFetched', { have: formatBytes(have), size: formatBytes(sizeBytes) }));
  });
  await pipeline(body, sink, signal === undefined ? {} : { signal });
  if (have < sizeBytes) throw new Error(say('endedAfter', { size: formatBytes(have) }));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || error.message : error.message;
}

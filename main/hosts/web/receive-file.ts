/** The body of an upload, written to a file as it comes. */
import { mkdir, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { formatBytes, formatDurationMs } from '../../../shared/units.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface UploadLimits {
  readonly maxBytes: number;
  /** An upload whose bytes stop for so long is given up; one that goes on may take hours (a large model through a tunnel). */
  readonly idleMs: number;
}

/**
 * Writes a request's body to a new file at `path`; its size in bytes. What can't be kept whole is removed, and what else
 * the browser sends of it is read and dropped: it hears an answer only after all that it has to say.
 */
export async function receiveFile(
  request: IncomingMessage,
  { path, name }: { readonly path: string; readonly name: string },
  limits: UploadLimits,
): Promise<number> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer, undefined>;
  try {
    if (declaredBytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
    return await writeChunks(chunks, { path, name }, limits);
  } catch (error) {
    const stalls = error instanceof CrivoError && error.kind === 'unavailable';
    if (!stalls && !request.destroyed) {
      await chunks.return?.();
      // A stream flows only once the iterator's listener is gone, a turn later.
      await setImmediate();
      request.resume();
    }
    throw error;
  }
}

async function writeChunks(
  chunks: AsyncIterableIterator<Buffer, undefined>,
  { path, name }: { readonly path: string; readonly name: string },
  { maxBytes, idleMs }: UploadLimits,
): Promise<number> {
  const file = await openNew(path).catch((error: unknown) => {
    throw asFailure(error, name);
  });
  let sizeBytes = 0;
  try {
    for (let next = await within(chunks, name, idleMs); next.done !== true; next = await within(chunks, name, idleMs)) {
      sizeBytes += next.value.byteLength;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      await file.appendFile(next.value);
    }
    await file.close();
    return sizeBytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw asFailure(error, name);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'wx');
}

/** The next chunk, or `unavailable` where none comes. */
async function within(
  chunks: AsyncIterableIterator<Buffer, undefined>,
  name: string,
  idleMs: number,
): Promise<IteratorResult<Buffer, undefined>> {
  const stalled = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const time = formatDurationMs(idleMs);
    stalled.reject(new CrivoError('unavailable', say('uploadStalled', { name, time })));
  }, idleMs);
  try {
    return await Promise.race([chunks.next(), stalled.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function asFailure(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EEXIST') return new CrivoError('conflict', say('uploadedTwice', { name }));
  if (/^(ENOSPC|EDQUOT|EFBIG)$/.test(code)) return new CrivoError('storage', say('uploadDiskFull', { name }));
  return error;
}

const tooLarge = (maxBytes: number): CrivoError =>
  new CrivoError('invalid-input', say('uploadTooLarge', { most: formatBytes(maxBytes) }));

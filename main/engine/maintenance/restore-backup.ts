/** Makes a data folder from a backup, whole or not at all. */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PassThrough, pipeline as pipe } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Headers } from 'tar-stream';
import { CrivoError } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/units.ts';
import { diskWriter } from '../disk-writer.ts';
import { freeBytesOf } from '../free-bytes.ts';
import type { Clock, JobOptions } from '../ports.ts';
import { lockQueue } from '../store/queue-lock.ts';
import { storageError } from '../store/storage-error.ts';
import {
  backupFormat,
  checksumsName,
  checksumsSchema,
  databaseName,
  isKeptPath,
  manifestName,
  manifestSchema,
  mostDescriptionBytes,
} from './backup-format.ts';
import type { BackupManifest } from './backup-format.ts';
import { hashedPassage } from './hashed-passage.ts';

export interface RestoreRequest {
  readonly file: string;
  readonly dataFolder: string;
  /** Whether a data folder that is there is moved aside; it is kept under another name. */
  readonly replace: boolean;
  readonly clock: Clock;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Where the data folder that was there stands now, or null. */
  readonly movedTo: string | null;
}

/**
 * Unpacks a backup beside the data folder, checks every checksum, and only then puts it in its place. Raises `invalid-input`
 * for a file that is no whole backup, `conflict` where a data folder is there or in use, `storage`, `cancelled`.
 */
export async function restoreBackup(request: RestoreRequest, options: JobOptions = {}): Promise<Restored> {
  const { clock } = request;
  const file = resolve(request.file);
  const dataFolder = resolve(request.dataFolder);
  const isOccupied = await holdsData(dataFolder);
  if (isOccupied && !request.replace)
    throw new CrivoError(
      'conflict',
      `${dataFolder} holds data already: restore to another folder with --data, or let --replace move it aside.`,
    );
  const fresh = `${dataFolder}.restoring-${process.pid}`;
  try {
    const manifest = await unpack(file, fresh, options);
    const movedTo = isOccupied ? await moveAside(dataFolder, clock) : null;
    if (!isOccupied) await rm(dataFolder, { recursive: true, force: true });
    await rename(fresh, dataFolder);
    return { manifest, movedTo };
  } catch (error) {
    if (options.signal?.aborted === true)
      throw new CrivoError('cancelled', 'Restoring was cancelled; the data folder is as it was.');
    throw unreadable(error, file) ?? storageError(error, dataFolder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function holdsData(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw storageError(error, folder);
  });
  return names.length > 0;
}

/** Moves a data folder that no process works in to a name that tells when. */
async function moveAside(dataFolder: string, clock: Clock): Promise<string> {
  const unlock = lockQueue(dataFolder, clock);
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const aside = `${dataFolder}.before-restore-${stamp}`;
  // Windows moves no folder with an open file in it.
  unlock();
  await rename(dataFolder, aside);
  return aside;
}

async function unpack(file: string, folder: string, options: JobOptions): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true });
  const found = new Map<string, string>();
  let manifest: BackupManifest | null = null;
  let checksums: Readonly<Record<string, string>> | null = null;
  let doneBytes = 0;
  await eachEntry(file, options.signal, async ({ name, type, size = 0 }, content) => {
    if (type !== 'file') throw damaged(file, `it holds "${name}", which is no file`);
    if (manifest === null) {
      manifest = await readManifest(content, name, file);
      await requireSpace(folder, manifest);
    } else if (name === checksumsName) {
      checksums = parsed(checksumsSchema.safeParse(await readJson(content, file)), file);
    } else {
      if (!isKeptPath(name) || found.has(name)) throw damaged(file, `it holds "${name}", which no backup holds`);
      if (doneBytes + size > manifest.totalBytes) throw damaged(file, 'it holds more than it states');
      found.set(name, await writeEntry(content, join(folder, ...name.split('/'))));
      doneBytes += size;
      options.onProgress?.(doneBytes / Math.max(1, manifest.totalBytes), `Restoring ${name}`);
    }
  });
  if (manifest === null) throw damaged(file, 'it is empty');
  compare(found, checksums, file);
  return manifest;
}

/** Hands every entry of a tar file over, one after the other; whatever fails, nothing is at work any more when it rejects. */
async function eachEntry(
  file: string,
  signal: AbortSignal | undefined,
  take: (header: Headers, content: Readable) => Promise<void>,
): Promise<void> {
  const entries = extract();
  let taking: Promise<void> = Promise.resolve();
  let content: PassThrough | null = null;
  let failure: unknown = null;
  entries.on('entry', (header, stream, next) => {
    // Node's own stream from the start: one of tar-stream that fails before it is read would be waited for without end.
    content = new PassThrough();
    pipe(stream, content, () => {});
    taking = take(header, content).then(
      () => next(),
      (error: unknown) => {
        failure ??= error;
        entries.destroy();
      },
    );
  });
  try {
    await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), entries, { signal });
    await taking;
  } catch (error) {
    (content as PassThrough | null)?.destroy();
    await taking;
    // What the entry met, unless that was just the end of the file.
    throw failure instanceof CrivoError || isOfSystem(failure) ? failure : error;
  }
}

const isOfSystem = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.syscall !== undefined;

async function readManifest(entry: Readable, name: string, file: string): Promise<BackupManifest> {
  if (name !== manifestName) throw damaged(file, 'it is no backup of Crivo');
  const manifest = parsed(manifestSchema.safeParse(await readJson(entry, file)), file);
  if (manifest.format > backupFormat)
    throw new CrivoError(
      'invalid-input',
      `${file} was written by a newer Crivo (${manifest.crivoVersion}): update Crivo to restore it.`,
    );
  return manifest;
}

async function requireSpace(folder: string, { totalBytes }: BackupManifest): Promise<void> {
  const freeBytes = await freeBytesOf(folder);
  if (freeBytes >= totalBytes) return;
  throw new CrivoError(
    'storage',
    `Restoring takes ${formatBytes(totalBytes)} and the disk of ${dirname(folder)} has ${formatBytes(freeBytes)} left: free some space.`,
  );
}

/** Writes a file to the disk and gives its SHA-256. */
async function writeEntry(entry: Readable, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const { stream, sha256 } = hashedPassage();
  await pipeline(entry, stream, await diskWriter(path));
  return sha256();
}

async function readJson(entry: Readable, file: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > mostDescriptionBytes) throw damaged(file, 'its description is too long');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw damaged(file, 'its description can’t be read');
  }
}

function parsed<Value>(result: { success: true; data: Value } | { success: false }, file: string): Value {
  if (result.success) return result.data;
  throw damaged(file, 'its description can’t be read');
}

function compare(
  found: ReadonlyMap<string, string>,
  checksums: Readonly<Record<string, string>> | null,
  file: string,
): void {
  if (checksums === null) throw damaged(file, 'its end is missing');
  const wrong =
    Object.keys(checksums).find((name) => found.get(name) !== checksums[name]) ??
    [...found.keys()].find((name) => checksums[name] === undefined);
  if (wrong !== undefined) throw damaged(file, `"${wrong}" is not what was backed up`);
  if (!found.has(databaseName)) throw damaged(file, 'it holds no database');
}

const damaged = (file: string, what: string): CrivoError =>
  new CrivoError(
    'invalid-input',
    `${file} can't be restored: ${what}; use another backup, the data folder is as it was.`,
  );

/** What reading the file itself met, or null where it is the data folder's trouble. */
function unreadable(error: unknown, file: string): CrivoError | null {
  if (error instanceof CrivoError) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (path === file && code === 'ENOENT')
    return new CrivoError('invalid-input', `${file} does not exist; check the name of the backup.`, { cause: error });
  if (path === file)
    return new CrivoError('invalid-input', `${file} can't be read (${code}); check that you may.`, { cause: error });
  // As tar-stream and the streams below it put it.
  return /\btar\b|end of data|premature close|was destroyed/i.test(message)
    ? damaged(file, 'it is cut short or no backup of Crivo')
    : null;
}

/** Writes a data folder into one file, while the workbench may go on working in it. */
import { createReadStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { CrivoError } from '../../../shared/errors.ts';
import { diskWriter } from '../disk-writer.ts';
import type { Clock, JobOptions } from '../ports.ts';
import { snapshotDatabase } from '../store/snapshot.ts';
import { storageError } from '../store/storage-error.ts';
import { crivoVersion } from '../version.ts';
import { backupFormat, checksumsName, databaseName, manifestName } from './backup-format.ts';
import type { BackupManifest } from './backup-format.ts';
import { hashedPassage } from './hashed-passage.ts';
import { keptFiles } from './kept-files.ts';

export interface BackupRequest {
  readonly dataFolder: string;
  readonly file: string;
  /** Whether a file of that name is replaced. */
  readonly replace: boolean;
  readonly clock: Clock;
}

export interface WrittenBackup {
  readonly file: string;
  readonly files: number;
  /** Of the backup's file. */
  readonly sizeBytes: number;
}

interface Source {
  /** In the backup. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Backs a data folder up: the database as of one instant, then every artifact that it names. The file takes its name only when
 * it is complete and on the disk. Raises `not-found`, `conflict` where the file exists, `storage`, `cancelled`.
 */
export async function writeBackup(request: BackupRequest, options: JobOptions = {}): Promise<WrittenBackup> {
  const { dataFolder, clock } = request;
  const file = resolve(request.file);
  if (!request.replace && (await isThere(file)))
    throw new CrivoError('conflict', `${file} exists already: choose another name, or let --replace write over it.`);
  // better-sqlite3 answers a missing folder with a TypeError, which would pass for a bug.
  await access(dirname(file)).catch((error: unknown) => {
    throw explained(error, file, options.signal);
  });
  const part = `${file}.${process.pid}.part`;
  const snapshot = `${file}.${process.pid}.sqlite.part`;
  try {
    options.onProgress?.(null, 'Copying the database');
    const { machineId } = await snapshotDatabase(dataFolder, snapshot);
    const sources = await listSources(dataFolder, snapshot);
    const totalBytes = sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const manifest: BackupManifest = {
      ...{ format: backupFormat, crivoVersion, createdAt: new Date(clock.now()).toISOString(), machineId },
      ...{ files: sources.length, totalBytes },
    };
    await writeTar(part, manifest, sources, options);
    await rename(part, file);
    return { file, files: sources.length, sizeBytes: (await stat(file)).size };
  } catch (error) {
    throw explained(error, file, options.signal);
  } finally {
    await Promise.all([part, snapshot].map((path) => rm(path, { force: true })));
  }
}

/** The artifacts are listed after the database was copied: whatever that names is on the disk by then. */
async function listSources(dataFolder: string, snapshot: string): Promise<readonly Source[]> {
  const places = [
    { name: databaseName, path: snapshot },
    ...(await keptFiles(dataFolder)).map((name) => ({ name, path: join(dataFolder, ...name.split('/')) })),
  ];
  return Promise.all(places.map(async (place) => ({ ...place, sizeBytes: (await stat(place.path)).size })));
}

async function writeTar(
  part: string,
  manifest: BackupManifest,
  sources: readonly Source[],
  options: JobOptions,
): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, await diskWriter(part), { signal: options.signal });
  const filled = fill(tar, manifest, sources, options).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const [result, source] = await Promise.allSettled([written, filled]);
  if (source.status === 'rejected' && result.status === 'fulfilled') throw source.reason;
  if (result.status === 'rejected') throw result.reason;
}

async function fill(
  tar: Pack,
  manifest: BackupManifest,
  sources: readonly Source[],
  options: JobOptions,
): Promise<void> {
  addText(tar, manifestName, manifest, manifest);
  const checksums: Record<string, string> = {};
  let doneBytes = 0;
  for (const source of sources) {
    checksums[source.name] = await addFile(tar, source, manifest, options.signal, (bytes) => {
      doneBytes += bytes;
      options.onProgress?.(doneBytes / Math.max(1, manifest.totalBytes), `Backing up ${source.name}`);
    });
  }
  addText(tar, checksumsName, checksums, manifest);
  tar.finalize();
}

/** Adds a file and gives the SHA-256 of what was added. */
async function addFile(
  tar: Pack,
  { name, path, sizeBytes }: Source,
  { createdAt }: BackupManifest,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const entry = tar.entry({ name, size: sizeBytes, mtime: new Date(createdAt), mode: 0o644 });
  const { stream, sha256 } = hashedPassage(onBytes);
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), stream, entry, { signal });
  return sha256();
}

const addText = (tar: Pack, name: string, value: object, { createdAt }: BackupManifest): void =>
  void tar.entry({ name, mtime: new Date(createdAt), mode: 0o644 }, `${JSON.stringify(value, null, 1)}\n`);

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function explained(error: unknown, file: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return new CrivoError('cancelled', 'The backup was cancelled; no file was written.');
  if (error instanceof CrivoError) return error;
  const known = storageError(error, file);
  if (!(known instanceof CrivoError)) return error;
  return new CrivoError(
    'storage',
    `The backup ${file} can't be written: ${reasonOf(error)}; the data folder is untouched.`,
    {
      cause: error,
    },
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || code === 'SQLITE_FULL')
    return 'the disk is full or refuses to take more';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'you may not write there';
  if (code === 'ENOENT' || code === 'SQLITE_CANTOPEN') return 'its folder does not exist';
  return code ?? message;
}

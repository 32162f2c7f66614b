/** Copies a model out of the library: the file under the name asked for, its data files beside it. */
import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { syncFile } from '../sync-file.ts';

export interface ModelExport {
  /** The model's file in the library. */
  readonly source: string;
  /** Its data files, relative to it; the model names them so, and they keep their names. */
  readonly dataFiles: readonly string[];
  /** Where it was imported from, which is never written over; null for a variant. */
  readonly importedFrom: string | null;
  readonly target: string;
}

/**
 * Each file is written under a temporary name, flushed, then renamed; a model file of the target's name is replaced. Gives the
 * bytes of all files. Raises `conflict` where a data file would be replaced or the original written over, `storage` where the
 * disk refuses.
 */
export async function exportModel(request: ModelExport): Promise<{ sizeBytes: number }> {
  const { source, dataFiles, importedFrom } = request;
  const target = resolve(request.target);
  if (importedFrom !== null && (await isSameFile(importedFrom, target)))
    throw new CrivoError('conflict', say('exportOverOriginal', { target }));
  let sizeBytes = 0;
  // The model comes last: whoever finds it finds all that it needs.
  for (const name of dataFiles) {
    const place = join(dirname(target), name);
    if (await exists(place)) throw new CrivoError('conflict', say('exportDataFileThere', { place }));
  }
  for (const name of dataFiles) sizeBytes += await copyOne(join(dirname(source), name), join(dirname(target), name));
  return { sizeBytes: sizeBytes + (await copyOne(source, target)) };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => null)));
  return a !== null && b !== null && a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

async function copyOne(source: string, target: string): Promise<number> {
  const temporary = `${target}.${process.pid}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await syncFile(temporary);
    await rename(temporary, target);
    return (await stat(target)).size;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new CrivoError('storage', refusal(target, cause as NodeJS.ErrnoException), {
      cause,
    });
  }
}

function refusal(target: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return say('exportDiskFull', { target });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return say('exportForbidden', { target });
    case 'EISDIR':
    case 'ENOTEMPTY':
      return say('exportIsFolder', { target });
    case 'ENOTDIR':
    case 'EEXIST':
      return say('exportFolderIsFile', { target });
    default:
      return say('unwritableRefused', { path: target, code: code ?? message });
  }
}

import { lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/**
 * The file itself, or all `*.onnx` files of a folder and its subfolders, sorted; links to folders are not followed. Raises
 * `not-found`, or `invalid-input` for a folder without models.
 */
export async function findModelFiles(path: string): Promise<string[]> {
  const absolute = resolve(path);
  const status = await stat(absolute).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new CrivoError('not-found', say('noFileOrFolder', { path }), { cause });
    throw new CrivoError('invalid-input', say('unreadable', { path, why: cause.code ?? cause.message }), { cause });
  });
  if (!status.isDirectory()) return [absolute];
  const files = await modelFilesIn(absolute);
  if (files.length === 0) throw new CrivoError('invalid-input', say('folderWithoutModels', { path }));
  return files;
}

async function modelFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new CrivoError('invalid-input', say('folderUnreadable', { folder, why: cause.code ?? cause.message }), {
      cause,
    });
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await modelFilesIn(path)));
    else if (/\.onnx$/i.test(entry.name) && !(await isLinkToFolder(path))) found.push(path);
  }
  return found;
}

const isLinkToFolder = async (path: string): Promise<boolean> =>
  (await lstat(path)).isSymbolicLink() &&
  (await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  ));

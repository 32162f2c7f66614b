/** The files of an import, by kind. */
import { opendir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface FoundFile {
  readonly path: string;
  /** Relative to what was named, with `/`. */
  readonly name: string;
}

const imageEndings = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif']);
const hasEnding = (endings: ReadonlySet<string>, { name }: FoundFile): boolean =>
  endings.has(extname(name).toLowerCase());

export const isImage = (file: FoundFile): boolean => hasEnding(imageEndings, file);
export const isRecording = (file: FoundFile): boolean => hasEnding(new Set(['.wav']), file);

/** Deeper folders are no dataset that is understood here, and a loop of links has no end. */
const deepest = 4;
const mostFiles = 5_000_000;

/** All files of what was named, by name, numbers in names by their size. Raises `invalid-input` where a path can't be read. */
export async function findFiles(paths: readonly string[]): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'ENOENT'
          ? say('pathMissing', { path })
          : say('pathUnreadable', { path, code: String(cause.code) });
      throw new CrivoError('invalid-input', message, { cause });
    });
    if (info.isDirectory()) await walk(path, path, '', 0, found);
    else found.push({ path, name: basename(path) });
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => collator.compare(a.name, b.name));
}

async function walk(root: string, folder: string, prefix: string, depth: number, found: FoundFile[]): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.')) continue;
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) {
      if (depth < deepest) await walk(root, join(folder, entry.name), `${name}/`, depth + 1, found);
    } else if (entry.isFile()) found.push(new FileBelow(root, name));
    if (found.length > mostFiles) throw new CrivoError('invalid-dataset', say('tooManyFiles', { most: mostFiles }));
  }
}

/** One of very many: its path is put together when it is asked for. */
class FileBelow implements FoundFile {
  readonly #root: string;
  readonly name: string;
  constructor(root: string, name: string) {
    this.#root = root;
    this.name = name;
  }
  get path(): string {
    return join(this.#root, this.name);
  }
}

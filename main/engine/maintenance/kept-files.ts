import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isStaging } from '../library/import-artifact.ts';
import { keptFolders } from './backup-format.ts';

/** Every file of the kept folders, relative to the data folder with `/` between, in order of name. */
export async function keptFiles(dataFolder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folder of keptFolders) await collect(dataFolder, folder, files);
  return files.sort();
}

async function collect(dataFolder: string, folder: string, files: string[]): Promise<void> {
  const entries = await readdir(join(dataFolder, folder), { withFileTypes: true }).catch(absentAsEmpty);
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    // What an import has not finished yet is no artifact.
    if (isStaging(entry.name)) continue;
    if (entry.isDirectory()) await collect(dataFolder, path, files);
    else if (entry.isFile()) files.push(path);
  }
}

function absentAsEmpty(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}

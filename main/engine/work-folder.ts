import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from './running-process.ts';
import { storageError } from './store/storage-error.ts';

export interface WorkFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** A fresh folder for what is being made, on the data folder's disk; those of processes that were killed are removed. Raises `storage`. */
export async function openWorkFolder(dataFolder: string): Promise<WorkFolder> {
  const parent = join(dataFolder, 'work');
  try {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      const processId = Number.parseInt(name, 10);
      if (processId > 0 && !isRunning(processId)) await rm(join(parent, name), { recursive: true, force: true });
    }
    const path = await mkdtemp(join(parent, `${process.pid}-`));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (error) {
    throw storageError(error, dataFolder);
  }
}

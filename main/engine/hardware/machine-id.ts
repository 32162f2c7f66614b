import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The random id of the machine that a data folder belongs to: read from the file, which is made at first use. */
export async function machineId(file: string): Promise<string> {
  const kept = await read(file);
  if (kept !== null) return kept;
  const id = randomUUID();
  const temporary = `${file}.${id}`;
  await writeFile(temporary, `${id}\n`);
  try {
    // Unlike a rename, a link doesn't replace the id of a process that was faster.
    await link(temporary, file);
    return id;
  } catch {
    const theirs = await read(file);
    if (theirs !== null) return theirs;
    await rename(temporary, file);
    return id;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function read(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const id = text.trim();
  return /^[0-9a-f-]{36}$/.test(id) ? id : null;
}

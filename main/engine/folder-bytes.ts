import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the files in a folder and below take, bytes; what vanishes meanwhile counts for nothing. */
export async function bytesInFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

/** Reads the one-line files of `/proc` and `/sys`, which are asked for again and again while a cell is measured. */
import { closeSync, openSync, readSync } from 'node:fs';

const bytes = Buffer.alloc(4096);

/** The first 4,096 bytes as Latin-1, in some 10 µs; null where the file can't be read. */
export function readSmallFile(path: string): string | null {
  try {
    // Into the same bytes each time: `readFileSync` takes twice as long for a file whose size the kernel doesn't tell, and
    // the promises of `node:fs/promises` ten times.
    const file = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, null));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

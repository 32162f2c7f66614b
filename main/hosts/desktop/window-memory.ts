/** The window's bounds, kept in a small file of the data folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { WindowMemory } from './window.ts';

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(100), height: z.int().min(100) });

/** A memory in `window.json`; a missing or damaged file is no memory, and a disk that refuses loses only the bounds. */
export function windowMemory(dataFolder: string): WindowMemory {
  const file = join(dataFolder, 'window.json');
  return {
    read: () => {
      try {
        return boundsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        return null;
      }
    },
    write: (bounds) => {
      try {
        writeFileSync(file, JSON.stringify(bounds));
      } catch {
        // The window opens at its usual place next time.
      }
    },
  };
}

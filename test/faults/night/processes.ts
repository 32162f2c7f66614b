/** Looks for a night's processes (Linux): each carries the night's mark in its environment, as its children do. */
import { readdirSync, readFileSync } from 'node:fs';

const markName = 'CRIVO_TEST_NIGHT';

export const markOf = (night: string): Readonly<Record<string, string>> => ({ [markName]: night });

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended since.
    return '';
  }
};

const isCellProgram = (argument: string): boolean => /(^|[\\/])cell(-entry)?\.[jt]s$/.test(argument);

/** Process ids of a night's processes that are alive; `cells` only those that measure. */
export function processesOf(night: string, which: 'all' | 'cells'): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => contentOf(`/proc/${pid}/environ`).split('\0').includes(`${markName}=${night}`))
    .filter((pid) => which === 'all' || contentOf(`/proc/${pid}/cmdline`).split('\0').some(isCellProgram));
}

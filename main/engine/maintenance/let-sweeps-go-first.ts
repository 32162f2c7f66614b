import { constants, setPriority } from 'node:os';

/** Lowers this process's priority, so that a cell that is measured meanwhile finds its cores free. */
export function letSweepsGoFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Where the system refuses, the work is done at the usual priority.
  }
}

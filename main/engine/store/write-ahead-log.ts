/** Commits that don't hold their thread up until the disk has them: a busy disk takes a tenth of a second and more. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertDataFolder } from './database.ts';
import type { Connection } from './database.ts';

/**
 * Runs what commits without waiting for the disk. The caller tells nobody of it before `settle`, or before a commit that does
 * wait: that one brings all that the write-ahead log holds by then to the disk.
 */
export function unsynced<Result>(db: Connection, write: () => Result): Result {
  db.pragma('synchronous = NORMAL');
  try {
    return write();
  } finally {
    db.pragma('synchronous = FULL');
  }
}

/**
 * Resolves when all that was committed by now is on the disk; the thread is free in the meantime. Rejects with `storage` where
 * the data folder is gone, else with the system's error. SQLite keeps no POSIX locks on the log, so that closing another handle of it takes none away.
 */
export async function settle(db: Connection): Promise<void> {
  const log = await open(`${db.name}-wal`, 'r+').catch(async (error: unknown) => {
    await assertDataFolder(dirname(db.name));
    throw error;
  });
  try {
    await log.datasync();
  } finally {
    await log.close();
  }
}

/** Pages in the log at which a commit itself, on its thread, moves them into the database, where another thread does so before. */
const mostPages = 8_000;
/** Results between two times that another thread does. The commit after it flushes the begin of the new log, on its thread. */
const resultsBetween = 128;

/**
 * Has another thread move the log's pages into the database from time to time, which waits for the disk twice. Gives what is
 * to be called after each result.
 */
export function checkpointElsewhere(db: Connection, checkpoint: () => Promise<void>): () => void {
  db.pragma(`wal_autocheckpoint = ${mostPages}`);
  let results = 0;
  return () => {
    results += 1;
    // Where it fails, commits do it themselves, and tell.
    if (results % resultsBetween === 0) checkpoint().catch(() => {});
  };
}

import { say } from '../../../shared/phrases/phrase.ts';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import type { Clock } from '../ports.ts';

/** Locks that are held: a connection that nothing refers to would be collected, and the lock with it. */
const held = new Set<Database.Database>();

/**
 * Only one process works through a data folder's queue. The lock is an open write transaction on a small database of its own:
 * the operating system drops it with the process, however that ends, so that none is ever left behind. Others can still read
 * who holds it. Gives the function that lets go; throws `conflict` with the holder's process id and since when.
 */
export function lockQueue(folder: string, clock: Clock): () => void {
  const lock = new Database(join(folder, 'queue-lock.sqlite'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec(
      'CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, since_ms INTEGER NOT NULL) STRICT',
    );
    lock
      .prepare(
        'INSERT INTO holder (id, pid, since_ms) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET pid = excluded.pid, since_ms = excluded.since_ms',
      )
      .run(process.pid, clock.now());
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const holder = isBusy(error) ? readHolder(lock) : null;
    lock.close();
    throw holder ?? error;
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');

function readHolder(lock: Database.Database): CrivoError {
  try {
    const holder = lock.prepare<[], { pid: number; since_ms: number }>('SELECT pid, since_ms FROM holder').get();
    if (holder !== undefined) {
      const since = new Date(holder.since_ms).toISOString().replace(/\.\d+Z$/, 'Z');
      return new CrivoError('conflict', say('queueHeld', { pid: holder.pid, since }));
    }
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  return new CrivoError('conflict', say('queueStarting'));
}

import Database from 'better-sqlite3';
import { accessSync, existsSync, mkdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { storageError } from './storage-error.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export type Connection = Database.Database;

/** Plain writes of two processes wait for each other this long, then say so. */
const busyTimeoutMs = 5_000;

/** The database's file in a data folder. */
export const databaseFile = (folder: string): string => join(folder, 'crivo.sqlite');

/**
 * Rejects with `storage` where a folder that was opened is not there any more: its disk was taken away, or it was moved. An
 * open database alone would not notice.
 */
export async function assertDataFolder(folder: string): Promise<void> {
  await access(databaseFile(folder)).catch((error: unknown) => {
    throw new CrivoError('storage', say('folderGone', { folder }), { cause: error });
  });
}

/** Opens the folder's database for writing, made or brought up to date by `migrations` (in order, first = version 1). */
export function openDatabase(folder: string, migrations: readonly string[]): Connection {
  const file = databaseFile(folder);
  try {
    mkdirSync(folder, { recursive: true });
    const connection = new Database(file, { timeout: busyTimeoutMs });
    try {
      migrate(connection, file, migrations);
      prepare(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  } catch (error) {
    throw storageError(error, folder);
  }
}

/** Opens an existing, up-to-date database for reading only. */
export const openForReading = (folder: string): Connection => openExisting(folder, true);

/** Opens an existing database as it is: nothing is migrated. */
export const openForWriting = (folder: string): Connection => openExisting(folder, false);

function openExisting(folder: string, readonly: boolean): Connection {
  try {
    // better-sqlite3 answers a missing folder with a TypeError, which would pass for a bug.
    accessSync(databaseFile(folder));
    const connection = new Database(databaseFile(folder), { readonly, fileMustExist: true, timeout: busyTimeoutMs });
    prepare(connection);
    return connection;
  } catch (error) {
    throw storageError(error, folder);
  }
}

function prepare(connection: Connection): void {
  connection.pragma('foreign_keys = ON');
  // Every transaction is on the disk when it returns: a night's result must survive a power cut.
  connection.pragma('synchronous = FULL');
  connection.pragma('temp_store = MEMORY');
  // Letters outside ASCII, which LIKE takes as they are.
  connection.function('fold', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : null,
  );
}

const versionOf = (connection: Connection): number => connection.pragma('user_version', { simple: true }) as number;

function migrate(connection: Connection, file: string, migrations: readonly string[]): void {
  const found = versionOf(connection);
  if (found > migrations.length) {
    throw new CrivoError('storage', say('databaseNewer', { file, found, known: migrations.length }));
  }
  if (found === migrations.length) return;
  connection.pragma('journal_mode = WAL');
  if (found > 0) backUp(connection, `${file}.before-${migrations.length}`);
  connection.pragma('foreign_keys = OFF');
  connection
    .transaction(() => {
      // Another process may have done it since: the version counts that is read under the write lock.
      for (let version = versionOf(connection); version < migrations.length; version += 1) {
        connection.exec(migrations[version]!);
        connection.pragma(`user_version = ${version + 1}`);
      }
      if ((connection.pragma('foreign_key_check') as unknown[]).length > 0)
        throw new Error('A migration left dangling references');
    })
    .exclusive();
}

/** A whole copy beside the database; an older copy of the same step is kept. */
function backUp(connection: Connection, target: string): void {
  if (existsSync(target)) return;
  connection.prepare('VACUUM INTO ?').run(target);
}

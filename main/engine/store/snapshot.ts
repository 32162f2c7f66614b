/** A whole copy of the database, taken while others may write to it. */
import { say } from '../../../shared/phrases/phrase.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { openForReading } from './database.ts';
import { storageError } from './storage-error.ts';

/** So many pages that one step copies all: between two steps another process's write would start the copy over. */
const allPages = 0x7fff_ffff;

/**
 * Copies a folder's database, as of one instant, to a new file. Gives the machine's id of the data folder. Raises `storage`,
 * and `not-found` where the folder holds no database.
 */
export async function snapshotDatabase(folder: string, target: string): Promise<{ readonly machineId: string }> {
  const connection = openExisting(folder);
  try {
    await connection.backup(target, { progress: () => allPages });
    const machineId = connection
      .prepare<[], string>("SELECT value FROM properties WHERE name = 'machine_id'")
      .pluck()
      .get();
    return { machineId: machineId ?? '' };
  } catch (error) {
    throw storageError(error, folder);
  } finally {
    connection.close();
  }
}

function openExisting(folder: string): ReturnType<typeof openForReading> {
  try {
    return openForReading(folder);
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    if (cause?.code !== 'ENOENT') throw error;
    throw new CrivoError('not-found', say('folderEmpty', { folder }));
  }
}

/** Looks through a database for damage, and mends what can be mended in it. */
import { CrivoError } from '../../../shared/errors.ts';
import type { ModelInspection } from '../../../shared/model.ts';
import { decompress } from './compression.ts';
import { openForReading, openForWriting } from './database.ts';
import type { Connection } from './database.ts';
import { unpackSamples } from './sample-codec.ts';
import { storageError } from './storage-error.ts';

/** A model that the database names, whether it is in the library or was taken out. */
export interface KnownModel {
  readonly sha256: string;
  readonly name: string;
  readonly importedFrom: string | null;
  /** Of its external data, relative to the model's file. */
  readonly dataFiles: readonly string[];
  readonly removed: boolean;
}

export interface DatabaseCondition {
  /** What SQLite says of the file; empty where it is sound. */
  readonly damage: readonly string[];
  /** Rows that refer to rows which are not there. */
  readonly danglingRows: number;
  /** Runs whose samples can't be read. */
  readonly unreadableSamples: readonly number[];
  /** Runs whose measurement can't be read. */
  readonly unreadableMeasurements: readonly number[];
  readonly runs: number;
  readonly models: readonly KnownModel[];
}

/** Reads every page, every reference and every stored measurement of a folder's database. Raises `storage`. */
export function checkDatabase(folder: string, onProgress?: (fraction: number) => void): DatabaseCondition {
  const connection = openForReading(folder);
  try {
    const integrity = connection.pragma('integrity_check') as readonly { integrity_check: string }[];
    const damage = integrity.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    const danglingRows = (connection.pragma('foreign_key_check') as unknown[]).length;
    const runs = connection.prepare<[], number>('SELECT count(*) FROM runs').pluck().get() ?? 0;
    const half = (from: number) => (done: number) => onProgress?.(from + done / Math.max(1, 2 * runs));
    return {
      ...{ damage, danglingRows, runs },
      unreadableSamples: unreadable(connection, 'run_samples', 'data', half(0), (encoding, data) =>
        unpackSamples({ encoding, data }),
      ),
      unreadableMeasurements: unreadable(connection, 'run_details', 'measurement', half(0.5), (encoding, data) =>
        JSON.parse(decompress(encoding, data).toString()),
      ),
      models: knownModels(connection),
    };
  } catch (error) {
    throw storageError(error, folder);
  } finally {
    connection.close();
  }
}

function unreadable(
  connection: Connection,
  table: 'run_samples' | 'run_details',
  column: string,
  onProgress: (done: number) => void,
  read: (encoding: string, data: Buffer) => unknown,
): readonly number[] {
  const rows = connection
    .prepare<[], { run_id: number; encoding: string; data: Buffer }>(
      `SELECT run_id, encoding, ${column} AS data FROM ${table} ORDER BY run_id`,
    )
    .iterate();
  const found: number[] = [];
  let done = 0;
  for (const { run_id: runId, encoding, data } of rows) {
    try {
      read(encoding, data);
    } catch (error) {
      // A newer compression than this Node knows is no damage.
      if (!(error instanceof CrivoError)) found.push(runId);
    }
    done += 1;
    if (done % 1_000 === 0) onProgress(done);
  }
  return found;
}

function knownModels(connection: Connection): readonly KnownModel[] {
  const rows = connection
    .prepare<[], { sha256: string; name: string; imported_from: string | null; removed: number; inspection: string }>(
      'SELECT sha256, name, imported_from, removed_at_ms IS NOT NULL AS removed, inspection_json AS inspection FROM models ORDER BY name',
    )
    .all();
  return rows.map(({ sha256, name, imported_from: importedFrom, removed, inspection }) => ({
    ...{ sha256, name, importedFrom, removed: removed === 1 },
    dataFiles: (JSON.parse(inspection) as ModelInspection).dataFiles ?? [],
  }));
}

/** Builds every index again from its table, and tells what damage is left. Raises `storage`. */
export function rebuildIndexes(folder: string): readonly string[] {
  return repaired(folder, (connection) => {
    connection.exec('REINDEX');
    const rows = connection.pragma('integrity_check') as readonly { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok');
  });
}

/** Removes samples that can't be read; the runs' summaries stay. Raises `storage`. */
export function dropSamples(folder: string, runIds: readonly number[]): void {
  repaired(folder, (connection) => {
    const drop = connection.prepare('DELETE FROM run_samples WHERE run_id = ?');
    connection.transaction(() => runIds.forEach((id) => drop.run(id)))();
  });
}

/** Takes a model whose file is lost out of the library; its runs stay, and adding the file again brings it back. Raises `storage`. */
export function takeOutModel(folder: string, sha256: string, nowMs: number): void {
  repaired(folder, (connection) =>
    connection
      .prepare('UPDATE models SET removed_at_ms = ? WHERE sha256 = ? AND removed_at_ms IS NULL')
      .run(nowMs, sha256),
  );
}

function repaired<Result>(folder: string, work: (connection: Connection) => Result): Result {
  const connection = openForWriting(folder);
  try {
    return work(connection);
  } catch (error) {
    throw storageError(error, folder);
  } finally {
    connection.close();
  }
}

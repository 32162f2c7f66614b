import type { StoredDataset } from '../accuracy/stored-dataset.ts';
import type { Clock } from '../ports.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Connection } from './database.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface DatasetRow {
  readonly stored: StoredDataset;
  readonly removed: boolean;
}

export interface DatasetStore {
  /** Under its detail's name; throws `conflict` where the name was ever given. */
  readonly insert: (stored: StoredDataset) => DatasetRow;
  /** Those present, by name. */
  readonly list: () => readonly DatasetRow[];
  /** Also a removed one; null where it was never there. */
  readonly get: (sha256: string) => DatasetRow | null;
  /** Whether a name was ever given. */
  readonly isTaken: (name: string) => boolean;
  /** Throws `not-found`. */
  readonly setRemoved: (sha256: string, removed: boolean) => DatasetRow;
}

interface Record {
  readonly manifest_json: string;
  readonly removed_at_ms: number | null;
}

/** Manifests of imported datasets. */
export function createDatasetStore(db: Connection, clock: Clock): DatasetStore {
  const bySha = db.prepare<[string], Record>('SELECT manifest_json, removed_at_ms FROM datasets WHERE sha256 = ?');
  const byName = db.prepare<[string], Record>('SELECT manifest_json, removed_at_ms FROM datasets WHERE name = ?');
  const present = db.prepare<[], Record>(
    'SELECT manifest_json, removed_at_ms FROM datasets WHERE removed_at_ms IS NULL ORDER BY name COLLATE NOCASE, name',
  );
  const insertion = db.prepare('INSERT INTO datasets (sha256, name, added_at_ms, manifest_json) VALUES (?, ?, ?, ?)');
  const removal = db.prepare('UPDATE datasets SET removed_at_ms = ? WHERE sha256 = ?');
  const get = (sha256: string): DatasetRow | null => {
    const record = bySha.get(sha256);
    return record === undefined ? null : toRow(record);
  };
  return {
    get,
    insert: (stored) => {
      const { sha256, name } = stored.detail;
      if (byName.get(name) !== undefined) {
        throw new CrivoError('conflict', say('datasetNameTaken', { name }));
      }
      insertion.run(sha256, name, clock.now(), JSON.stringify(stored));
      return { stored, removed: false };
    },
    list: () => present.all().map(toRow),
    isTaken: (name) => byName.get(name) !== undefined,
    setRemoved: (sha256, removed) => {
      if (removal.run(removed ? clock.now() : null, sha256).changes === 0) {
        throw new CrivoError('not-found', say('noDatasetOf', { sha256 }));
      }
      return get(sha256)!;
    },
  };
}

const toRow = (record: Record): DatasetRow => ({
  stored: JSON.parse(record.manifest_json) as StoredDataset,
  removed: record.removed_at_ms !== null,
});

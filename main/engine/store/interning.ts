import type { Environment } from '../../../shared/hardware.ts';
import type { Cell } from '../../../shared/sweep.ts';
import { environmentHash } from '../hardware/environment-hash.ts';
import { canonicalJson, cellKey } from './canonical-json.ts';
import type { Connection } from './database.ts';

/** Gives the ids of cells and environments, inserting those that are new. */
export function createInterning(db: Connection) {
  const findCell = db.prepare<[string], number>('SELECT id FROM cells WHERE key = ?').pluck();
  const addCell = db.prepare(
    'INSERT INTO cells (key, model_sha256, recipe_hash, provider, batch_size, cell_json) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const findEnvironment = db.prepare<[string], number>('SELECT id FROM environments WHERE hash = ?').pluck();
  const addEnvironment = db.prepare('INSERT INTO environments (hash, environment_json) VALUES (?, ?)');
  return {
    cell: (cell: Cell): number => {
      const key = cellKey(cell);
      const known = findCell.get(key);
      if (known !== undefined) return known;
      const added = addCell.run(
        key,
        cell.modelSha256,
        cell.recipeHash,
        cell.provider,
        cell.batchSize,
        canonicalJson(cell),
      );
      return Number(added.lastInsertRowid);
    },
    environment: (environment: Environment): number => {
      const hash = environmentHash(environment);
      return findEnvironment.get(hash) ?? Number(addEnvironment.run(hash, canonicalJson(environment)).lastInsertRowid);
    },
  };
}

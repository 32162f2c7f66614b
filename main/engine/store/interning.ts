import type { Environment } from '../../../shared/hardware.ts';
import type { Cell } from '../../../shared/sweep.ts';
import { environmentHash } from '../hardware/environment-hash.ts';
import { canonicalJson, identifyCell } from './canonical-json.ts';
import type { IdentifiedCell } from './canonical-json.ts';
import type { Connection } from './database.ts';

/** Gives the ids of cells and environments, inserting those that are new. */
export function createInterning(db: Connection) {
  const findCell = db.prepare<[string], number>('SELECT id FROM cells WHERE key = ?').pluck();
  const addCell = db.prepare(
    'INSERT INTO cells (key, model_sha256, recipe_hash, provider, batch_size, cell_json) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const findEnvironment = db.prepare<[string], number>('SELECT id FROM environments WHERE hash = ?').pluck();
  const addEnvironment = db.prepare('INSERT INTO environments (hash, environment_json) VALUES (?, ?)');
  const internCell = ({ cell, key, json }: IdentifiedCell): number => {
    const known = findCell.get(key);
    if (known !== undefined) return known;
    const { modelSha256, recipeHash, provider, batchSize } = cell;
    return Number(addCell.run(key, modelSha256, recipeHash, provider, batchSize, json).lastInsertRowid);
  };
  return {
    cell: (cell: Cell): number => internCell(identifyCell(cell)),
    identifiedCell: internCell,
    environment: (environment: Environment): number => {
      const hash = environmentHash(environment);
      return findEnvironment.get(hash) ?? Number(addEnvironment.run(hash, canonicalJson(environment)).lastInsertRowid);
    },
  };
}

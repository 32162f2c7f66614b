/** Which runs are the same cell over versions. */
import { createHash } from 'node:crypto';
import type { Environment } from '../../../shared/hardware.ts';
import type { Cell } from '../../../shared/sweep.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Connection } from './database.ts';

/** What makes two cells the same thing over versions: all but the content of the model and how long it was measured. */
export function seriesKey(cell: Cell): string {
  const { modelName, variant, provider, batchSize, threads, graphOptimization, scenario, inputShapes } = cell;
  const { sessionOptions, dataset, conditions = null } = cell;
  const work = { modelName, variant, provider, batchSize, threads, graphOptimization, scenario, inputShapes };
  return canonicalJson({ ...work, sessionOptions, dataset, conditions });
}

/** The id of a series: of a cell by its key on a machine. */
export const seriesId = (machineId: string, key: string): string =>
  createHash('sha256').update(`${machineId} ${key}`).digest('hex').slice(0, 24);

/** The id of a stored run's series. */
export function seriesOfRun(db: Connection, runId: number): string {
  const { cell, environment } = db
    .prepare<[number], { cell: string; environment: string }>(
      `SELECT cell_json AS cell, environment_json AS environment FROM runs
       JOIN cells ON cells.id = cell_id JOIN environments ON environments.id = environment_id WHERE runs.id = ?`,
    )
    .get(runId)!;
  return seriesId((JSON.parse(environment) as Environment).machineId, seriesKey(JSON.parse(cell) as Cell));
}

import { setImmediate } from 'node:timers/promises';
import type { Cell } from '../../../shared/sweep.ts';
import { cellKey } from './canonical-json.ts';
import type { Connection } from './database.ts';

/** What earlier runs tell of how long a cell takes; medians, ms. */
export interface CellDuration {
  /** Of this very cell: the wall time of a run. */
  readonly sameCell: { readonly wallMs: number; readonly runs: number } | null;
  /** Of the same model, recipe, provider and batch size under other settings: latency, measuring, and the wall time beside it. */
  readonly similar: {
    readonly latencyMs: number;
    readonly measuringMs: number;
    readonly overheadMs: number;
    readonly runs: number;
  } | null;
}

interface SameRecord {
  readonly position: number;
  readonly wallMs: number;
  readonly runs: number;
}
interface SimilarRecord {
  readonly model_sha256: string;
  readonly recipe_hash: string | null;
  readonly provider: string;
  readonly batch_size: number;
  readonly latencyMs: number;
  readonly measuringMs: number;
  readonly overheadMs: number;
  readonly runs: number;
}

/** Cells looked up at a time: some 10 ms, so that the event loop of a window stays free. */
const cellsPerSlice = 500;

/** For each cell, in order, what earlier runs tell. */
export async function cellDurations(db: Connection, cells: readonly Cell[]): Promise<readonly CellDuration[]> {
  const similar = similarRuns(db, [...new Set(cells.map(({ modelSha256 }) => modelSha256))]);
  const durations: CellDuration[] = [];
  for (let first = 0; first < cells.length; first += cellsPerSlice) {
    await setImmediate();
    const slice = cells.slice(first, first + cellsPerSlice);
    const same = sameRuns(db, slice);
    for (const [position, cell] of slice.entries()) {
      const key = similarityKey(cell.modelSha256, cell.recipeHash, cell.provider, cell.batchSize);
      durations.push({ sameCell: same.get(position) ?? null, similar: similar.get(key) ?? null });
    }
  }
  return durations;
}

/** By the cell's position. */
function sameRuns(db: Connection, cells: readonly Cell[]): ReadonlyMap<number, NonNullable<CellDuration['sameCell']>> {
  const same = db
    .prepare<[string], SameRecord>(
      `SELECT wanted.key AS position, median(runs.wall_ms) AS wallMs, count(*) AS runs
       FROM json_each(?) AS wanted CROSS JOIN cells ON cells.key = wanted.value CROSS JOIN runs ON runs.cell_id = cells.id
       WHERE runs.wall_ms IS NOT NULL AND runs.p50_ms IS NOT NULL GROUP BY wanted.key`,
    )
    .all(JSON.stringify(cells.map(cellKey)));
  return new Map(same.map(({ position, wallMs, runs }) => [position, { wallMs, runs }]));
}

function similarRuns(
  db: Connection,
  models: readonly string[],
): ReadonlyMap<string, NonNullable<CellDuration['similar']>> {
  const found = db
    .prepare<[string], SimilarRecord>(
      `SELECT cells.model_sha256, cells.recipe_hash, cells.provider, cells.batch_size,
         median(runs.p50_ms) AS latencyMs, median(runs.measuring_ms) AS measuringMs,
         median(runs.wall_ms - runs.measuring_ms - runs.warmup_ms) AS overheadMs, count(*) AS runs
       FROM json_each(?) AS wanted CROSS JOIN cells ON cells.model_sha256 = wanted.value CROSS JOIN runs ON runs.cell_id = cells.id
       WHERE runs.wall_ms IS NOT NULL AND runs.p50_ms IS NOT NULL
       GROUP BY cells.model_sha256, cells.recipe_hash, cells.provider, cells.batch_size`,
    )
    .all(JSON.stringify(models));
  return new Map(
    found.map(({ latencyMs, measuringMs, overheadMs, runs, ...cell }) => [
      similarityKey(cell.model_sha256, cell.recipe_hash, cell.provider, cell.batch_size),
      { latencyMs, measuringMs, overheadMs, runs },
    ]),
  );
}

const similarityKey = (...parts: readonly (string | number | null)[]): string => JSON.stringify(parts);

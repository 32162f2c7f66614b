/** The same cells over time: their runs in order, and where their level changed. */
import type { Environment } from '../../../shared/hardware.ts';
import type { HistoryChange, HistoryPoint, HistorySeries } from '../../../shared/history.ts';
import type { Cell } from '../../../shared/sweep.ts';
import { environmentDifferences } from '../hardware/environment-hash.ts';
import { levelsOf } from '../measure/history/change-points.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Connection } from './database.ts';
import { conditionOf } from './run-query.ts';

interface HistoryRecord {
  readonly id: number;
  readonly at: number;
  readonly p50Ms: number;
  readonly noisy: number | null;
  readonly cellId: number;
  readonly environmentId: number;
}

/** Series of the runs that a filter matches, those with the latest change first. Throws `invalid-input` for the filter. */
export function readHistory(db: Connection, where: string | undefined): readonly HistorySeries[] {
  const condition = conditionOf({ ...(where === undefined ? {} : { where }) });
  const records = db
    .prepare<unknown[], HistoryRecord>(
      `SELECT id, started_at_ms AS at, p50_ms AS p50Ms, noisy, cell_id AS cellId, environment_id AS environmentId
       FROM runs WHERE (${condition.sql}) AND p50_ms IS NOT NULL AND role = 'cell' ORDER BY started_at_ms, id`,
    )
    .all(...condition.values);
  const cells = keptOf(db.prepare<[number], string>('SELECT cell_json FROM cells WHERE id = ?').pluck(), (json) => {
    const cell = JSON.parse(json) as Cell;
    return { cell, series: seriesKey(cell) };
  });
  const environments = keptOf(
    db.prepare<[number], string>('SELECT environment_json FROM environments WHERE id = ?').pluck(),
    (json) => JSON.parse(json) as Environment,
  );
  const bySeries = Map.groupBy(
    records,
    ({ cellId, environmentId }) => `${environments(environmentId).machineId} ${cells(cellId).series}`,
  );
  return [...bySeries.values()]
    .map((runs) => toSeries(runs, (id) => cells(id).cell, environments))
    .sort((a, b) => (b.changes.at(-1)?.at ?? 0) - (a.changes.at(-1)?.at ?? 0));
}

/** What makes two cells the same thing over versions: all but the content of the model and how long it was measured. */
function seriesKey(cell: Cell): string {
  const { modelName, variant, provider, batchSize, threads, graphOptimization, scenario, inputShapes } = cell;
  const { sessionOptions, dataset, conditions = null } = cell;
  const work = { modelName, variant, provider, batchSize, threads, graphOptimization, scenario, inputShapes };
  return canonicalJson({ ...work, sessionOptions, dataset, conditions });
}

function keptOf<Value>(
  statement: { readonly get: (id: number) => string | undefined },
  parse: (json: string) => Value,
): (id: number) => Value {
  const kept = new Map<number, Value>();
  return (id) => {
    const value = kept.get(id) ?? parse(statement.get(id)!);
    kept.set(id, value);
    return value;
  };
}

function toSeries(
  runs: readonly HistoryRecord[],
  cellOf: (id: number) => Cell,
  environmentOf: (id: number) => Environment,
): HistorySeries {
  const cell = cellOf(runs.at(-1)!.cellId);
  const levels = levelsOf(runs.map(({ p50Ms }) => p50Ms));
  return {
    machineId: environmentOf(runs[0]!.environmentId).machineId,
    model: cell.modelName,
    variant: cell.variant,
    provider: cell.provider,
    batchSize: cell.batchSize,
    threads: cell.threads,
    points: runs.map(({ id, at, p50Ms, noisy }): HistoryPoint => ({ runId: id, at, p50Ms, noisy: noisy === 1 })),
    changes: levels.slice(1).map((level, index): HistoryChange => {
      const [before, after] = [runs[level.from - 1]!, runs[level.from]!];
      return {
        ...{ runId: after.id, at: after.at, beforeMs: levels[index]!.median, afterMs: level.median },
        changed: whatChanged(before, after, cellOf, environmentOf),
      };
    }),
  };
}

function whatChanged(
  before: HistoryRecord,
  after: HistoryRecord,
  cellOf: (id: number) => Cell,
  environmentOf: (id: number) => Environment,
): HistoryChange['changed'] {
  const [left, right] = [environmentOf(before.environmentId), environmentOf(after.environmentId)];
  const [old, now] = [cellOf(before.cellId), cellOf(after.cellId)];
  const field = (name: string, a: string, b: string) => (a === b ? [] : [{ field: name, left: a, right: b }]);
  return [
    ...field('model', old.modelSha256.slice(0, 12), now.modelSha256.slice(0, 12)),
    ...field('recipe', (old.recipeHash ?? 'none').slice(0, 12), (now.recipeHash ?? 'none').slice(0, 12)),
    ...environmentDifferences(left, right).map(({ label, ...values }) => ({
      field: label,
      left: values.left,
      right: values.right,
    })),
    ...field('Crivo', left.crivoVersion, right.crivoVersion),
  ];
}

/** The same cells over time: their runs in order, and where their level changed. */
import type { Environment } from '../../../shared/hardware.ts';
import type {
  HistoryBaseline,
  HistoryChange,
  HistoryLevel,
  HistoryPoint,
  HistorySeries,
} from '../../../shared/history.ts';
import type { Cell } from '../../../shared/sweep.ts';
import { environmentDifferences } from '../hardware/environment-hash.ts';
import { levelsOf } from '../measure/history/change-points.ts';
import { levelChange } from '../measure/history/level-change.ts';
import type { Connection } from './database.ts';
import { markAt, readMarks } from './history-marks.ts';
import type { HistoryMarks } from './history-marks.ts';
import { seriesId, seriesKey } from './history-series.ts';
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
  const marks = readMarks(db);
  return [...bySeries.values()]
    .map((runs) => {
      const { machineId } = environments(runs[0]!.environmentId);
      const id = seriesId(machineId, cells(runs[0]!.cellId).series);
      return toSeries({ id, runs, marks, cellOf: (cellId) => cells(cellId).cell, environmentOf: environments });
    })
    .sort((a, b) => (b.changes.at(-1)?.at ?? 0) - (a.changes.at(-1)?.at ?? 0));
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

interface SeriesSource {
  readonly id: string;
  /** Oldest first. */
  readonly runs: readonly HistoryRecord[];
  readonly marks: HistoryMarks;
  readonly cellOf: (id: number) => Cell;
  readonly environmentOf: (id: number) => Environment;
}

function toSeries(source: SeriesSource): HistorySeries {
  const { id, runs, cellOf, environmentOf } = source;
  const { machineId, cpuModel } = environmentOf(runs.at(-1)!.environmentId);
  const { modelName, variant, provider, batchSize, threads, scenario } = cellOf(runs.at(-1)!.cellId);
  const levels = levelsOf(runs.map(({ p50Ms }) => p50Ms)).map(({ from, to, median }) => ({
    from,
    to,
    medianMs: median,
  }));
  return {
    ...{ id, machineId, machine: cpuModel },
    ...{ model: modelName, variant, provider, batchSize, threads, scenario: scenario.kind },
    points: runs.map(({ id: runId, at, p50Ms, noisy }): HistoryPoint => ({ runId, at, p50Ms, noisy: noisy === 1 })),
    levels,
    changes: levels.slice(1).flatMap((level, index) => changeBetween(source, levels[index]!, level)),
    baseline: baselineOf(source, levels),
  };
}

function changeBetween(
  { runs, marks: { marks }, cellOf, environmentOf }: SeriesSource,
  old: HistoryLevel,
  now: HistoryLevel,
): readonly HistoryChange[] {
  const [before, after] = [runs[now.from - 1]!, runs[now.from]!];
  const ratio = ratioBetween(runs, old, now);
  if (ratio === null) return [];
  return [
    {
      ...{ runId: after.id, at: after.at, beforeMs: old.medianMs, afterMs: now.medianMs, ratio },
      changed: whatChanged(before, after, cellOf, environmentOf),
      ...markAt(runs, now.from, marks),
    },
  ];
}

const fewestQuiet = 3;

/** Of the quiet runs of a level, where it has enough: a noisy one may be twice as slow for what it is not to blame. */
const ratioBetween = (runs: readonly HistoryRecord[], old: HistoryLevel, now: HistoryLevel) => {
  const mediansOf = ({ from, to }: HistoryLevel): number[] => {
    const all = runs.slice(from, to);
    const quiet = all.filter(({ noisy }) => noisy !== 1);
    return (quiet.length >= fewestQuiet ? quiet : all).map(({ p50Ms }) => p50Ms);
  };
  return levelChange(mediansOf(old), mediansOf(now));
};

/** Null where nothing is pinned, or the pinned run is none of these. */
function baselineOf({ id, runs, marks }: SeriesSource, levels: readonly HistoryLevel[]): HistoryBaseline | null {
  const runId = marks.baselines.get(id);
  const index = runId === undefined ? -1 : runs.findIndex((run) => run.id === runId);
  if (runId === undefined || index < 0) return null;
  const [pinned, last] = [levels.find(({ from, to }) => from <= index && index < to)!, levels.at(-1)!];
  return { runId, ratio: pinned === last ? null : ratioBetween(runs, pinned, last) };
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

import type { Environment } from '../../../shared/hardware.ts';
import type { Estimate, MaybeEstimate, Measurement, Scenario } from '../../../shared/measurement.ts';
import type { Cell, Run } from '../../../shared/sweep.ts';
import { environmentHash } from '../hardware/environment-hash.ts';
import { canonicalJson, cellKey } from './canonical-json.ts';
import type { Connection } from './database.ts';

export interface NewRun {
  readonly jobId: number;
  readonly sweepId: number;
  readonly cellId: number;
  readonly cell: Cell;
  readonly environmentId: number;
  readonly round: number;
  readonly seed: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly wallMs: number | null;
  readonly status: Run['status'];
  readonly reason: string | null;
  readonly device: string;
  readonly precision: string;
  readonly sizeBytes: number;
  readonly parentSha256: string | null;
  readonly measurement: Measurement | null;
}

const columns = [
  ...[
    'job_id',
    'sweep_id',
    'cell_id',
    'environment_id',
    'round',
    'seed',
    'started_at_ms',
    'wall_ms',
    'status',
    'reason',
  ],
  ...[
    'model',
    'variant',
    'precision',
    'provider',
    'batch_size',
    'threads',
    'graph_optimization',
    'scenario',
    'dataset',
    'device',
  ],
  ...[
    'size_bytes',
    'parent_sha256',
    'samples',
    'p50_ms',
    'p50_low_ms',
    'p50_high_ms',
    'mean_ms',
    'p90_ms',
    'p95_ms',
    'p99_ms',
    'p999_ms',
  ],
  ...[
    'min_ms',
    'max_ms',
    'variation_percent',
    'throughput_per_second',
    'session_creation_ms',
    'cold_inference_ms',
    'warmup_ms',
    'measuring_ms',
  ],
  ...[
    'harness_overhead_ms',
    'peak_rss_bytes',
    'nodes_on_provider',
    'node_count',
    'steady',
    'noisy',
    'noise_causes_json',
  ],
  ...['accuracy_percent', 'accuracy_low_percent', 'accuracy_high_percent', 'snr_db'],
] as const;
type Column = (typeof columns)[number];
type RunRecord = Readonly<Record<Column, string | number | null>>;

/** Inserts a run's row and gives its id; for use inside a transaction. */
export function createRunInsertion(db: Connection): (run: NewRun) => number {
  const statement = db.prepare(
    `INSERT INTO runs (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`,
  );
  return (run) => Number(statement.run(toRecord(run)).lastInsertRowid);
}

/** A scenario in a few words, as tables and filters name it (`offline, 2 processes`). */
function scenarioLabel(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'single-stream':
      return 'single-stream';
    case 'offline':
      return `offline, ${scenario.processes} ${scenario.processes === 1 ? 'process' : 'processes'}`;
    case 'server':
      return `server, ${scenario.queriesPerSecond}/s, bound ${scenario.latencyBoundMs} ms`;
  }
}

function toRecord(run: NewRun): RunRecord {
  const { cell, measurement } = run;
  return {
    job_id: run.jobId,
    sweep_id: run.sweepId,
    cell_id: run.cellId,
    environment_id: run.environmentId,
    round: run.round,
    seed: run.seed,
    started_at_ms: Math.round(run.startedAt),
    wall_ms: run.wallMs,
    status: run.status,
    reason: run.reason,
    model: cell.modelName,
    variant: cell.variant,
    precision: run.precision,
    provider: cell.provider,
    batch_size: cell.batchSize,
    threads: cell.threads,
    graph_optimization: cell.graphOptimization,
    scenario: scenarioLabel(cell.scenario),
    dataset: cell.dataset,
    device: run.device,
    size_bytes: run.sizeBytes,
    parent_sha256: run.parentSha256,
    ...(measurement === null ? unmeasured : measured(measurement)),
  };
}

type MeasuredColumn = Exclude<Column, (typeof givenColumns)[number]>;
const givenColumns = [
  ...([
    'job_id',
    'sweep_id',
    'cell_id',
    'environment_id',
    'round',
    'seed',
    'started_at_ms',
    'wall_ms',
    'status',
    'reason',
  ] as const),
  ...([
    'model',
    'variant',
    'precision',
    'provider',
    'batch_size',
    'threads',
    'graph_optimization',
    'scenario',
    'dataset',
    'device',
  ] as const),
  ...(['size_bytes', 'parent_sha256'] as const),
] as const;
type MeasuredRecord = Readonly<Record<MeasuredColumn, string | number | null>>;

const unmeasured = Object.fromEntries(
  columns.filter((column) => !(givenColumns as readonly string[]).includes(column)).map((column) => [column, null]),
) as MeasuredRecord;

const isEstimate = (estimate: MaybeEstimate): estimate is Estimate => estimate.value !== null;

function measured(measurement: Measurement): MeasuredRecord {
  const { statistics, placement, interference } = measurement;
  const accuracy = measurement.quality.find(({ name }) => name === 'top1');
  const median = isEstimate(statistics.p50) ? statistics.p50 : null;
  return {
    samples: statistics.count,
    p50_ms: median?.value ?? null,
    p50_low_ms: median?.low ?? null,
    p50_high_ms: median?.high ?? null,
    mean_ms: statistics.mean.value,
    p90_ms: statistics.p90.value,
    p95_ms: statistics.p95.value,
    p99_ms: statistics.p99.value,
    p999_ms: statistics.p999.value,
    min_ms: statistics.min,
    max_ms: statistics.max,
    variation_percent: variationPercent(statistics.standardDeviation.value, statistics.mean.value),
    throughput_per_second: measurement.throughputPerSecond.value,
    session_creation_ms: measurement.sessionCreationMs,
    cold_inference_ms: measurement.coldInferenceMs,
    warmup_ms: measurement.warmup.durationMs,
    measuring_ms: measurement.measuringMs,
    harness_overhead_ms: measurement.harnessOverheadMs,
    peak_rss_bytes: Math.round(measurement.peakRssBytes),
    nodes_on_provider: placement.nodesOnProvider,
    node_count: placement.nodeCount,
    steady: measurement.warmup.steady ? 1 : 0,
    noisy: interference.noisy ? 1 : 0,
    noise_causes_json: interference.causes.length === 0 ? null : JSON.stringify(interference.causes),
    accuracy_percent: accuracy?.value ?? null,
    accuracy_low_percent: accuracy?.low ?? null,
    accuracy_high_percent: accuracy?.high ?? null,
    snr_db: finiteOrNull(measurement.quality.find(({ name }) => name === 'snr_db')?.value),
  };
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Standard deviation over the mean, %. */
function variationPercent(standardDeviation: number | null, mean: number | null): number | null {
  return standardDeviation === null || mean === null || mean === 0 ? null : (100 * standardDeviation) / mean;
}

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

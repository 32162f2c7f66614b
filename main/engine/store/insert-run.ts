import { scenarioLabel } from '../../../shared/measurement.ts';
import type { Measurement } from '../../../shared/measurement.ts';
import type { Cell, Run, RunRole } from '../../../shared/sweep.ts';
import type { Connection } from './database.ts';
import { measuredColumns } from './measured-columns.ts';
import type { ColumnValues } from './measured-columns.ts';

export interface NewRun {
  readonly jobId: number;
  readonly sweepId: number;
  readonly cellId: number;
  readonly cell: Cell;
  readonly environmentId: number;
  readonly round: number;
  readonly role?: RunRole;
  readonly repeat?: number;
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

/** Inserts a run's row and gives its id; for use inside a transaction. */
export function createRunInsertion(db: Connection): (run: NewRun) => number {
  // Columns of what was not measured are left out, and so NULL.
  const prepare = (columns: readonly string[]) =>
    db.prepare(`INSERT INTO runs (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`);
  const statements: Partial<Record<'measured' | 'unmeasured', ReturnType<typeof prepare>>> = {};
  return (run) => {
    const values = toRecord(run);
    const statement = (statements[run.measurement === null ? 'unmeasured' : 'measured'] ??= prepare(
      Object.keys(values),
    ));
    return Number(statement.run(values).lastInsertRowid);
  };
}

function toRecord(run: NewRun): ColumnValues {
  const { cell, measurement } = run;
  return {
    job_id: run.jobId,
    sweep_id: run.sweepId,
    cell_id: run.cellId,
    environment_id: run.environmentId,
    round: run.round,
    role: run.role ?? 'cell',
    repeat: run.repeat ?? 0,
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
    ...(measurement === null ? {} : measuredColumns(measurement)),
  };
}

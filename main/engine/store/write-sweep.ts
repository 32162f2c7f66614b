import { setImmediate } from 'node:timers/promises';
import type { Cell, PlannedCell, RunRole } from '../../../shared/sweep.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './database.ts';
import { createRunInsertion } from './insert-run.ts';
import { identifyCell } from './canonical-json.ts';
import type { IdentifiedCell } from './canonical-json.ts';
import { createInterning } from './interning.ts';
import { finishSweep } from './queue-writes.ts';
import type { NewSweep } from './sweeps.ts';
import { unsynced } from './write-ahead-log.ts';

/** How long is written at a time, so that the event loop of a window stays free, and how many rows at most. */
const sliceNs = 8_000_000n;
const mostRowsInSlice = 250;
/** A draft older than this belongs to a process that was killed. */
const draftLifeMs = 10 * 60_000;

interface NewJob {
  readonly planned: PlannedCell;
  readonly round: number;
  readonly role: RunRole;
}

/**
 * Writes a sweep with its jobs, slice by slice as a draft that nothing sees, and opens it with the last statement:
 * a kill before that leaves nothing but a draft, which is cleared away later.
 */
export function createSweepWriter(db: Connection, clock: Clock): (sweep: NewSweep) => Promise<number> {
  const { identifiedCell: internCell, environment: internEnvironment } = createInterning(db);
  const finish = finishSweep(db, clock);
  const addDraft = db.prepare(
    `INSERT INTO sweeps (name, held, position, seed, rounds, remeasure, created_at_ms, starts_at_ms, until_at_ms, conditions_json, folder, yaml)
     VALUES (@name, 'draft', 0, @seed, @rounds, @remeasure, @createdAt, @startsAt, @untilAt, @conditions, @folder, @yaml)`,
  );
  const open = db.prepare(
    "UPDATE sweeps SET held = 'open', position = (SELECT coalesce(max(position) + 1, 0) FROM sweeps WHERE finished_at_ms IS NULL AND held <> 'draft') WHERE id = ?",
  );
  const insertJob = createJobInsertion(db);

  const draft = db.transaction((sweep: NewSweep) => {
    removeDrafts(db, 'created_at_ms < ?', clock.now() - draftLifeMs);
    const { name, seed, rounds, startsAt, untilAt, folder, yaml } = sweep;
    const remeasure = sweep.remeasure ?? 0;
    const times = { startsAt, untilAt, createdAt: clock.now() };
    const conditions = JSON.stringify(sweep.conditions ?? {});
    const added = addDraft.run({ name, seed, rounds, remeasure, conditions, folder, yaml, ...times });
    return { sweepId: Number(added.lastInsertRowid), environmentId: internEnvironment(sweep.environment) };
  }).immediate;
  const transaction = db.transaction((run: () => number) => run()).immediate;
  // Nothing sees a draft, and the commit that publishes it waits for all of it.
  const written = (run: () => number): number => unsynced(db, () => transaction(run));
  const publish = db.transaction((sweepId: number) => {
    open.run(sweepId);
    finish(sweepId);
  }).immediate;

  const discard = (sweepId: number): void => {
    try {
      removeDrafts(db, 'id = ?', sweepId);
    } catch {
      // Where the disk takes nothing more, the draft stays unseen until a later sweep clears it away.
    }
  };

  return async (sweep) => {
    const jobs = jobsInOrder(sweep);
    const { sweepId, environmentId } = draft(sweep);
    try {
      const cells = [...new Set(jobs.map(({ planned }) => planned.cell))];
      const identified: IdentifiedCell[] = [];
      await inSlices(clock, cells.length, (index) => identified.push(identifyCell(cells[index]!)));
      // In the order of their keys each slice changes few pages of the index, and the log stays short.
      identified.sort((a, b) => (a.key < b.key ? -1 : 1));
      const ids = new Map<Cell, number>();
      const addCell = (index: number): void => void ids.set(identified[index]!.cell, internCell(identified[index]!));
      await inSlices(clock, identified.length, addCell, written);
      const addJob = (position: number): void => {
        const job = jobs[position]!;
        const cellId = ids.get(job.planned.cell)!;
        insertJob({ ...job, sweepId, environmentId, cellId, seed: sweep.seed, position, now: clock.now() });
      };
      await inSlices(clock, jobs.length, addJob, written);
      publish(sweepId);
    } catch (error) {
      discard(sweepId);
      throw error;
    }
    return sweepId;
  };
}

/** Takes one step after another, a slice at a time, each slice within `around`. */
async function inSlices(
  clock: Clock,
  count: number,
  step: (index: number) => void,
  around: (run: () => number) => number = (run) => run(),
): Promise<void> {
  const slice = (first: number): number => {
    const end = Math.min(count, first + mostRowsInSlice);
    const began = clock.monotonicNs();
    let index = first;
    do {
      step(index);
      index += 1;
    } while (index < end && clock.monotonicNs() - began < sliceNs);
    return index;
  };
  for (let next = 0; next < count;) {
    next = around(() => slice(next));
    await setImmediate();
  }
}

/** The given order, then once each skipped cell that it leaves out. */
function jobsInOrder({ cells, order }: NewSweep): readonly NewJob[] {
  const ordered = new Set(order.map(({ cell }) => cell));
  const leftOut = cells.flatMap((planned, index) =>
    planned.skipped !== null && !ordered.has(index) ? [{ planned, round: 1, role: 'cell' as const }] : [],
  );
  return [...order.map(({ cell, round, role = 'cell' }) => ({ planned: cells[cell]!, round, role })), ...leftOut];
}

interface PlacedJob extends NewJob {
  readonly sweepId: number;
  readonly environmentId: number;
  readonly cellId: number;
  readonly seed: number;
  readonly position: number;
  readonly now: number;
}

/** Inserts a job; a skipped one with its run, which says why. */
function createJobInsertion(db: Connection): (job: PlacedJob) => void {
  const insert = db.prepare(
    'INSERT INTO jobs (sweep_id, cell_id, round, role, position, state, estimate_ms, reason) VALUES (@sweepId, @cellId, @round, @role, @position, @state, @estimateMs, @reason)',
  );
  const insertRun = createRunInsertion(db);
  const artifactOf = createArtifactLookup(db);
  return ({ planned, round, role, sweepId, environmentId, cellId, seed, position, now }) => {
    const { cell, skipped } = planned;
    const reason = skipped === null ? null : `${skipped.reason} ${skipped.cure}`.trim();
    const state = skipped === null ? 'waiting' : 'skipped';
    const added = insert.run({
      sweepId,
      cellId,
      round,
      role,
      position,
      state,
      estimateMs: Math.round(planned.estimateMs),
      reason,
    });
    if (skipped === null) return;
    const job = {
      jobId: Number(added.lastInsertRowid),
      sweepId,
      cellId,
      cell,
      environmentId,
      round,
      seed,
      ...artifactOf(cell),
    };
    insertRun({ ...job, startedAt: now, wallMs: null, status: 'skipped', reason, device: '', measurement: null });
  };
}

interface Artifact {
  readonly precision: string;
  readonly sizeBytes: number;
  readonly parentSha256: string | null;
}

/** What is known of the file that a cell would have run; a variant may never have been made. */
function createArtifactLookup(db: Connection): (cell: Cell) => Artifact {
  const columns = 'precision, size_bytes AS sizeBytes, parent_sha256 AS parentSha256';
  const model = db.prepare<[string], Artifact>(`SELECT ${columns} FROM models WHERE sha256 = ?`);
  const variant = db.prepare<[string, string], Artifact>(
    `SELECT ${columns} FROM models WHERE sha256 = (SELECT variant_sha256 FROM variants WHERE parent_sha256 = ? AND recipe_hash = ?)`,
  );
  return ({ modelSha256, recipeHash }) => {
    const found = recipeHash === null ? model.get(modelSha256) : variant.get(modelSha256, recipeHash);
    return found ?? { precision: '', sizeBytes: 0, parentSha256: recipeHash === null ? null : modelSha256 };
  };
}

function removeDrafts(db: Connection, condition: 'id = ?' | 'created_at_ms < ?', value: number): void {
  db.prepare(`DELETE FROM runs WHERE sweep_id IN (SELECT id FROM sweeps WHERE held = 'draft' AND ${condition})`).run(
    value,
  );
  db.prepare(`DELETE FROM sweeps WHERE held = 'draft' AND ${condition}`).run(value);
}

import type { Clock } from '../ports.ts';
import type { Connection } from './database.ts';

/** What a person may set a sweep to; the other states follow from its jobs and its times. */
export type HeldState = 'waiting' | 'paused';

interface QueueWrites {
  readonly remove: (id: number) => void;
  readonly move: (id: number, position: number) => void;
  readonly hold: (id: number, state: HeldState) => void;
  readonly cancel: (id: number) => void;
  readonly retry: (id: number) => void;
  readonly claim: (
    now: number,
    heldUp: readonly number[],
    only: number | null,
  ) => { readonly jobId: number; readonly name: string; readonly seed: number; readonly folder: string } | null;
  /** Marks waiting jobs running, too. */
  readonly claimBeside: (now: number, jobIds: readonly number[]) => void;
  readonly release: (jobId: number, state: 'waiting' | 'cancelled') => void;
  readonly recover: () => number;
}

/** The queue's changes, each in a transaction of its own. */
export function createQueueWrites(db: Connection, clock: Clock): QueueWrites {
  const finish = finishSweep(db, clock);
  const next = db.prepare<
    [number, number, string, number | null, number | null],
    { jobId: number; name: string; seed: number; folder: string }
  >(
    `SELECT jobs.id AS jobId, sweeps.name, sweeps.seed, sweeps.folder
     FROM sweeps INDEXED BY sweeps_by_position CROSS JOIN jobs INDEXED BY jobs_waiting ON jobs.sweep_id = sweeps.id AND jobs.state = 'waiting'
     WHERE sweeps.finished_at_ms IS NULL AND sweeps.held = 'open'
       AND (sweeps.starts_at_ms IS NULL OR sweeps.starts_at_ms <= ?) AND (sweeps.until_at_ms IS NULL OR sweeps.until_at_ms > ?)
       AND sweeps.id NOT IN (SELECT value FROM json_each(?))
       AND (? IS NULL OR sweeps.id = ?)
     ORDER BY sweeps.position, sweeps.id, jobs.position LIMIT 1`,
  );
  const take = db.prepare(
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at_ms = ?, reason = NULL WHERE id = ? AND state = 'waiting'",
  );
  const unfinished = db
    .prepare<[], number>(
      "SELECT id FROM sweeps WHERE finished_at_ms IS NULL AND held <> 'draft' AND removed_at_ms IS NULL ORDER BY position, id",
    )
    .pluck();
  const place = db.prepare('UPDATE sweeps SET position = ? WHERE id = ?');
  const setJobs = db.prepare<[string, number, string]>(
    'UPDATE jobs SET state = ?, reason = NULL WHERE sweep_id = ? AND state = ?',
  );
  const setHeld = db.prepare(
    'UPDATE sweeps SET held = ?, until_at_ms = CASE WHEN until_at_ms <= ? THEN NULL ELSE until_at_ms END WHERE id = ?',
  );
  const giveBack = db.prepare("UPDATE jobs SET state = ?, started_at_ms = NULL WHERE id = ? AND state = 'running'");
  const sweepOf = db.prepare<[number], number>('SELECT sweep_id FROM jobs WHERE id = ?').pluck();
  const left = db.prepare<[], { id: number; held: string }>(
    "SELECT jobs.id, sweeps.held FROM jobs JOIN sweeps ON sweeps.id = jobs.sweep_id WHERE jobs.state = 'running'",
  );

  const release = db.transaction((jobId: number, state: 'waiting' | 'cancelled') => {
    giveBack.run(state, jobId);
    finish(sweepOf.get(jobId) ?? 0);
  }).immediate;
  return {
    remove: db.transaction((id: number) => {
      const hasRuns = db.prepare('SELECT 1 FROM runs WHERE sweep_id = ? LIMIT 1').get(id) !== undefined;
      if (!hasRuns) {
        db.prepare('DELETE FROM sweeps WHERE id = ?').run(id);
        return;
      }
      setJobs.run('cancelled', id, 'waiting');
      finish(id);
      db.prepare('UPDATE sweeps SET removed_at_ms = ? WHERE id = ?').run(clock.now(), id);
    }).immediate,
    move: db.transaction((id: number, position: number) => {
      const others = unfinished.all().filter((other) => other !== id);
      others.splice(position, 0, id);
      others.forEach((sweepId, index) => place.run(index, sweepId));
    }).immediate,
    hold: db.transaction((id: number, state: HeldState) => {
      setHeld.run(state === 'paused' ? 'paused' : 'open', state === 'paused' ? 0 : clock.now(), id);
    }).immediate,
    cancel: db.transaction((id: number) => {
      setJobs.run('cancelled', id, 'waiting');
      db.prepare("UPDATE sweeps SET held = 'cancelled' WHERE id = ?").run(id);
      finish(id);
    }).immediate,
    retry: db.transaction((id: number) => {
      setJobs.run('waiting', id, 'failed');
      setJobs.run('waiting', id, 'cancelled');
      setHeld.run('open', clock.now(), id);
      db.prepare(
        "UPDATE sweeps SET finished_at_ms = NULL WHERE id = ? AND EXISTS (SELECT 1 FROM jobs WHERE sweep_id = sweeps.id AND state = 'waiting')",
      ).run(id);
    }).immediate,
    claim: db.transaction((now: number, heldUp: readonly number[], only: number | null) => {
      const job = next.get(now, now, JSON.stringify(heldUp), only, only);
      if (job === undefined) return null;
      take.run(now, job.jobId);
      return job;
    }).immediate,
    claimBeside: db.transaction((now: number, jobIds: readonly number[]) => {
      for (const jobId of jobIds) take.run(now, jobId);
    }).immediate,
    release,
    recover: db.transaction(() => {
      const interrupted = left.all();
      for (const job of interrupted) release(job.id, job.held === 'cancelled' ? 'cancelled' : 'waiting');
      return interrupted.length;
    }).immediate,
  };
}

/** Writes down when a sweep's last job ended; to be called inside the transaction that ended it. */
export function finishSweep(db: Connection, clock: Clock): (sweepId: number) => void {
  const statement = db.prepare(
    `UPDATE sweeps SET finished_at_ms = ? WHERE id = ? AND finished_at_ms IS NULL
     AND NOT EXISTS (SELECT 1 FROM sweep_counts WHERE sweep_id = sweeps.id AND state IN ('waiting', 'running') AND jobs > 0)`,
  );
  return (sweepId) => {
    statement.run(clock.now(), sweepId);
  };
}

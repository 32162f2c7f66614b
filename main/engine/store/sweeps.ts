import { CrivoError } from '../../../shared/errors.ts';
import type { JobRow, PlannedCell, SweepSummary } from '../../../shared/sweep.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './database.ts';
import { createJobReader, createSweepReader } from './sweep-rows.ts';

export interface NewSweep {
  readonly name: string;
  readonly yaml: string;
  /** The folder that relative paths of the specification start from. */
  readonly folder: string;
  readonly seed: number;
  readonly rounds: number;
  /** Epoch ms, or null for at once. */
  readonly startsAt: number | null;
  /** Epoch ms after which no cell is started, or null. */
  readonly untilAt: number | null;
  readonly cells: readonly PlannedCell[];
  /** The shuffled order: `cell` is an index into `cells`, `round` from 1. Skipped cells may be left out. */
  readonly order: readonly { readonly cell: number; readonly round: number }[];
  /** The machine that it was planned for, which skipped cells are stored with. */
  readonly environment: Environment;
}

/** What a person may set a sweep to; the other states follow from its jobs and its times. */
export type HeldState = 'waiting' | 'paused';

export interface ClaimedJob {
  readonly job: JobRow;
  readonly sweepName: string;
  /** The sweep's seed. */
  readonly seed: number;
  readonly folder: string;
}

export interface SweepStore {
  /** All or nothing, in slices so that the event loop stays free; skipped cells become jobs and runs that say why. */
  readonly create: (sweep: NewSweep) => Promise<SweepSummary>;
  /** Newest first, without those that were removed. */
  readonly list: () => readonly SweepSummary[];
  /** Throws `not-found`. */
  readonly get: (id: number) => {
    readonly summary: SweepSummary;
    readonly yaml: string;
    readonly folder: string;
    readonly seed: number;
  };
  readonly jobs: (id: number, offset: number, limit: number) => readonly JobRow[];
  /** Throws `not-found`. */
  readonly job: (jobId: number) => JobRow;
  readonly running: () => JobRow | null;
  /** Takes it out of the lists; its stored runs stay. Throws `conflict` while one of its cells runs. */
  readonly remove: (id: number) => void;
  /** To the given place (from 0) among the sweeps that aren't finished. */
  readonly move: (id: number, position: number) => void;
  readonly setState: (id: number, state: HeldState) => SweepSummary;
  /** Waiting jobs become cancelled; a running one is left to whoever runs it. */
  readonly cancel: (id: number) => SweepSummary;
  /** Failed jobs wait again, and those cancelled with the sweep; a failed run stays until its retry is stored. */
  readonly retryFailed: (id: number) => SweepSummary;
  /** The next job that may start at `now` (epoch ms), marked running; null where none may. */
  readonly claimNext: (now: number) => ClaimedJob | null;
  /** Gives a running job back without a result. */
  readonly release: (jobId: number, state: 'waiting' | 'cancelled') => void;
  /** Jobs that a killed process left running wait again (cancelled, where their sweep is); how many. For the holder of the queue's lock. */
  readonly recoverInterrupted: () => number;
}

export const notFound = (id: number): CrivoError =>
  new CrivoError('not-found', `There is no sweep ${id}: \`crivo queue list\` shows those there are.`);

/** Sweeps and their jobs: the persistent queue. `write` makes a sweep (see write-sweep.ts). */
export function createSweepStore(
  db: Connection,
  clock: Clock,
  write: (sweep: NewSweep) => Promise<number>,
): SweepStore {
  const sweeps = createSweepReader(db, clock);
  const jobs = createJobReader(db);
  const summary = (id: number): SweepSummary => {
    const found = sweeps.one(id);
    if (found === null) throw notFound(id);
    return found.summary;
  };
  const queue = createQueueWrites(db, clock);
  return {
    create: async (sweep) => summary(await write(sweep)),
    list: sweeps.all,
    get: (id) => {
      const found = sweeps.one(id);
      if (found === null) throw notFound(id);
      return found;
    },
    jobs: (id, offset, limit) => {
      summary(id);
      return jobs.page(id, offset, limit);
    },
    job: (jobId) => {
      const job = jobs.one(jobId);
      if (job === null) throw new CrivoError('not-found', `There is no job ${jobId}.`);
      return job;
    },
    running: jobs.running,
    remove: (id) => {
      if (summary(id).counts.running > 0) {
        throw new CrivoError('conflict', `Sweep ${id} is running: cancel it first, then remove it.`);
      }
      queue.remove(id);
    },
    move: (id, position) => {
      summary(id);
      queue.move(id, position);
    },
    setState: (id, state) => {
      summary(id);
      queue.hold(id, state);
      return summary(id);
    },
    cancel: (id) => {
      summary(id);
      queue.cancel(id);
      return summary(id);
    },
    retryFailed: (id) => {
      summary(id);
      queue.retry(id);
      return summary(id);
    },
    claimNext: (now) => {
      const claimed = queue.claim(now);
      if (claimed === null) return null;
      return { job: jobs.one(claimed.jobId)!, sweepName: claimed.name, seed: claimed.seed, folder: claimed.folder };
    },
    release: (jobId, state) => queue.release(jobId, state),
    recoverInterrupted: queue.recover,
  };
}

interface QueueWrites {
  readonly remove: (id: number) => void;
  readonly move: (id: number, position: number) => void;
  readonly hold: (id: number, state: HeldState) => void;
  readonly cancel: (id: number) => void;
  readonly retry: (id: number) => void;
  readonly claim: (
    now: number,
  ) => { readonly jobId: number; readonly name: string; readonly seed: number; readonly folder: string } | null;
  readonly release: (jobId: number, state: 'waiting' | 'cancelled') => void;
  readonly recover: () => number;
}

function createQueueWrites(db: Connection, clock: Clock): QueueWrites {
  const finish = finishSweep(db, clock);
  const next = db.prepare<[number, number], { jobId: number; name: string; seed: number; folder: string }>(
    `SELECT jobs.id AS jobId, sweeps.name, sweeps.seed, sweeps.folder
     FROM sweeps INDEXED BY sweeps_by_position CROSS JOIN jobs INDEXED BY jobs_waiting ON jobs.sweep_id = sweeps.id AND jobs.state = 'waiting'
     WHERE sweeps.finished_at_ms IS NULL AND sweeps.held = 'open'
       AND (sweeps.starts_at_ms IS NULL OR sweeps.starts_at_ms <= ?) AND (sweeps.until_at_ms IS NULL OR sweeps.until_at_ms > ?)
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
      db.prepare('UPDATE sweeps SET finished_at_ms = NULL WHERE id = ?').run(id);
      finish(id);
    }).immediate,
    claim: db.transaction((now: number) => {
      const job = next.get(now, now);
      if (job === undefined) return null;
      take.run(now, job.jobId);
      return job;
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

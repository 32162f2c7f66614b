import { CrivoError } from '../../../shared/errors.ts';
import type { JobRow, PlannedCell, RunRole, StartConditions, SweepSummary } from '../../../shared/sweep.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './database.ts';
import { createQueueWrites } from './queue-writes.ts';
import type { HeldState } from './queue-writes.ts';
import { createJobReader, createSweepReader } from './sweep-rows.ts';
import { settle, unsynced } from './write-ahead-log.ts';
import { say } from '../../../shared/phrases/phrase.ts';

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
  readonly conditions?: StartConditions | undefined;
  readonly cells: readonly PlannedCell[];
  /** The shuffled order: `cell` is an index into `cells`, `round` from 1. Skipped cells may be left out. */
  readonly order: readonly { readonly cell: number; readonly round: number; readonly role?: RunRole }[];
  /** How often a noisy run is measured again; 0 where left out. */
  readonly remeasure?: number;
  /** The machine that it was planned for, which skipped cells are stored with. */
  readonly environment: Environment;
}

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
  /** Throws `conflict` where nothing is left to run. */
  readonly setState: (id: number, state: HeldState) => SweepSummary;
  /** Waiting jobs become cancelled; a running one is left to whoever runs it. Throws `conflict` where nothing is left to run. */
  readonly cancel: (id: number) => SweepSummary;
  /** Failed jobs wait again, and those cancelled with the sweep; a failed run stays until its retry is stored. */
  readonly retryFailed: (id: number) => SweepSummary;
  /** The next job that may start at `now` (epoch ms), marked running, of those sweeps that aren't held up, or of one alone; null where none may. */
  readonly claimNext: (now: number, heldUp?: readonly number[], only?: number) => ClaimedJob | null;
  /** Marks jobs of a claimed one's round running, too: those that `choose` takes of the next that wait, in order. */
  readonly claimBeside: (
    claimed: ClaimedJob,
    now: number,
    choose: (waiting: readonly JobRow[]) => readonly JobRow[],
  ) => readonly ClaimedJob[];
  /** Resolves when what was claimed is on the disk: a job that then brings the machine down has been begun, and counts. */
  readonly settle: () => Promise<void>;
  /** Gives a running job back without a result. */
  readonly release: (jobId: number, state: 'waiting' | 'cancelled') => void;
  /** Jobs that a killed process left running wait again (cancelled, where their sweep is); how many. For the holder of the queue's lock. */
  readonly recoverInterrupted: () => number;
}

const notFound = (id: number): CrivoError => new CrivoError('not-found', say('noSweep', { sweep: id }));

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
      if (job === null) throw new CrivoError('not-found', say('noJob', { job: jobId }));
      return job;
    },
    running: jobs.running,
    remove: (id) => {
      if (summary(id).counts.running > 0) {
        throw new CrivoError('conflict', say('sweepRunning', { sweep: id }));
      }
      queue.remove(id);
    },
    move: (id, position) => {
      summary(id);
      queue.move(id, position);
    },
    setState: (id, state) => {
      refuseEnded(summary(id));
      queue.hold(id, state);
      return summary(id);
    },
    cancel: (id) => {
      refuseEnded(summary(id));
      queue.cancel(id);
      return summary(id);
    },
    retryFailed: (id) => {
      summary(id);
      queue.retry(id);
      return summary(id);
    },
    claimNext: (now, heldUp = [], only) => {
      const claimed = unsynced(db, () => queue.claim(now, heldUp, only ?? null));
      if (claimed === null) return null;
      return { job: jobs.one(claimed.jobId)!, sweepName: claimed.name, seed: claimed.seed, folder: claimed.folder };
    },
    claimBeside: (claimed, now, choose) => {
      const chosen = choose(jobs.waitingBeside(claimed.job));
      const jobIds = chosen.map(({ id }) => id);
      unsynced(db, () => queue.claimBeside(now, jobIds));
      return jobIds.map((jobId) => ({ ...claimed, job: jobs.one(jobId)! }));
    },
    settle: () => settle(db),
    release: (jobId, state) => queue.release(jobId, state),
    recoverInterrupted: queue.recover,
  };
}

function refuseEnded({ id, state, counts }: SweepSummary): void {
  if (counts.waiting + counts.running > 0) return;
  const facts = { sweep: id, state };
  const canRetry = counts.failed + counts.cancelled > 0;
  throw new CrivoError('conflict', canRetry ? say('nothingLeftToRetry', facts) : say('nothingLeft', facts));
}

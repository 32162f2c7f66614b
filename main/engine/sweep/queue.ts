/** Works through the queue, one cell at a time, until it is empty, paused, or nothing can be stored any more. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { JobProgress, JobRow, QueueState, RunRow, SweepSummary } from '../../../shared/sweep.ts';
import type { Logger, Publish } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { ClaimedJob } from '../store/sweeps.ts';
import { takesTurns } from './block.ts';
import { createQueueEvents } from './queue-events.ts';
import { runBlock } from './run-block.ts';
import type { JobTools } from './run-job.ts';
import { hasConditions, unmetCondition } from './start-conditions.ts';
import type { MachineState } from './start-conditions.ts';

/** How working through the queue ended. */
export type QueueEnd =
  | { readonly reason: 'empty' | 'paused' | 'closed' }
  /** Nothing can be stored any more, or the program is at fault: the job that ran waits again. */
  | { readonly reason: 'failed'; readonly failure: CrivoError };

export interface Queue {
  readonly state: () => QueueState;
  /** Starts working, in the background; does nothing while it works. Throws `conflict` where another process does. */
  readonly start: () => void;
  /** Ends after the running cell. */
  readonly pause: () => void;
  /** Ends a sweep, its running cell at once. */
  readonly cancel: (sweepId: number) => SweepSummary;
  /** Failed and cancelled cells of a sweep wait again. */
  readonly retry: (sweepId: number) => SweepSummary;
  readonly move: (sweepId: number, position: number) => void;
  /** To be called when sweeps were added or removed: tells listeners, and looks again at what may run. */
  readonly changed: () => void;
  /** Works through one sweep alone, ahead of all others; see `WorkOnOptions`. Rejects with `conflict` while the queue works, `cancelled`, `storage`. */
  readonly workOn: (sweepId: number, options: WorkOnOptions) => Promise<void>;
  /** Resolves when it works no more: at once where it doesn't, with how it ended last. */
  readonly whenIdle: () => Promise<QueueEnd>;
  /** Ends the running cell, which waits for the next start, and stops. */
  readonly close: () => Promise<void>;
}

export interface WorkOnOptions {
  /** Cancels the sweep, its running cell at once. */
  readonly signal?: AbortSignal;
  /** Told of each run that is stored; false cancels what is left of the sweep. */
  readonly goOn: (row: RunRow) => boolean;
}

export interface QueueOptions extends Omit<JobTools, 'results' | 'onProgress'> {
  readonly store: Pick<Store, 'sweeps' | 'results' | 'runs' | 'lockQueue'>;
  readonly publish: Publish;
  readonly logger: Logger;
  /** Of the waiting jobs of a round, in order, those that take turns with the one that was claimed. */
  readonly block: (first: JobRow, waiting: readonly JobRow[]) => readonly JobRow[];
  /** What the machine does now, where a sweep's conditions ask for it. */
  readonly machine: () => Promise<MachineState>;
  /** Waits, or rejects when `signal` aborts. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A scheduled start is looked at least this often: clocks are set and machines sleep. */
const longestWaitMs = 30_000;

/** Jobs that are measured together. */
interface RunningBlock {
  readonly sweepId: number;
  /** Those that have not ended. */
  readonly jobs: Map<number, JobRow>;
  /** The one that was at work last. */
  shown: JobRow;
  readonly abort: AbortController;
  /** What becomes of them when they are aborted. */
  after: 'waiting' | 'cancelled';
}

/** The queue of a data folder, worked through by this process or just looked at. */
export function createQueue(options: QueueOptions): Queue {
  const { store, clock, logger, publish } = options;
  const wait = options.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  let running: RunningBlock | null = null;
  let progress: JobProgress | null = null;
  let stopping: 'paused' | 'closed' | null = null;
  let working: Promise<QueueEnd> | null = null;
  let lastEnd: QueueEnd = { reason: 'empty' };
  /** Set by a start that comes while the work is just ending. */
  let startedAgain = false;
  let waiting = new AbortController();
  let waitsFor: string | null = null;

  const state = (): QueueState => ({
    running: working !== null,
    paused: lastEnd.reason === 'paused' || stopping === 'paused',
    sweeps: shownSweeps(store.sweeps.list()),
    current: running?.shown ?? store.sweeps.running(),
    ...(running !== null && running.jobs.size > 1 ? { takingTurns: running.jobs.size } : {}),
    progress,
    ...(working !== null && waitsFor !== null ? { waitsFor } : {}),
    ...(working === null && lastEnd.reason === 'failed' ? { stoppedBecause: lastEnd.failure.message } : {}),
  });
  const events = createQueueEvents(clock, publish, state);
  const wake = (): void => {
    waiting.abort();
    waiting = new AbortController();
  };
  const tools: JobTools = {
    ...options,
    results: store.results,
    onProgress: (next) => {
      if (running !== null && next.jobId !== running.shown.id) {
        // Of those that take turns, one is watched.
        if (next.phase === 'measuring') return;
        running.shown = running.jobs.get(next.jobId) ?? running.shown;
        events.queue();
      }
      progress = next;
      events.progress(next);
    },
  };

  const work = async (): Promise<QueueEnd> => {
    while (stopping === null) {
      const heldUp = await sweepsHeldUp(dueSweeps(store.sweeps.list()), options.machine);
      if (stopping !== null) break;
      const claimed = store.sweeps.claimNext(clock.now(), [...heldUp.keys()]);
      if (claimed !== null) {
        waitsFor = null;
        await runClaimed(claimed);
        await nextTurn();
        continue;
      }
      const startsAt = heldUp.size > 0 ? Infinity : nextStart(store.sweeps.list());
      if (startsAt === null) return { reason: 'empty' };
      tellWaiting([...heldUp.values()][0] ?? null);
      await wait(Math.min(longestWaitMs, Math.max(0, startsAt - clock.now())), waiting.signal).catch(ignoreAbort);
    }
    return { reason: stopping };
  };

  const tellWaiting = (reason: string | null): void => {
    if (reason === waitsFor) return;
    waitsFor = reason;
    events.queue();
  };

  /** The claimed job and those that take turns with it. */
  const withBlock = (first: ClaimedJob): readonly ClaimedJob[] => {
    // It counts as begun already.
    if (!takesTurns({ ...first.job, attempts: first.job.attempts - 1 })) return [first];
    const choose = (waiting: readonly JobRow[]): readonly JobRow[] => options.block(first.job, waiting);
    try {
      return [first, ...store.sweeps.claimBeside(first, clock.now(), choose)];
    } catch (error) {
      releaseQuietly(store, first.job.id, logger);
      throw error;
    }
  };

  /** Runs them; gives the runs that were stored. */
  const runClaimed = async (first: ClaimedJob): Promise<readonly RunRow[]> => {
    const claimed = withBlock(first);
    const block: RunningBlock = {
      ...{ sweepId: first.job.sweepId, jobs: new Map(claimed.map(({ job }) => [job.id, job])), shown: first.job },
      ...{ abort: new AbortController(), after: 'waiting' },
    };
    running = block;
    events.queue();
    const rows: RunRow[] = [];
    const ended = ({ job }: ClaimedJob, runId: number | null): void => {
      if (runId === null) store.sweeps.release(job.id, block.after);
      const row = runId === null ? null : store.runs.row(runId);
      if (row !== null) {
        rows.push(row);
        publish({ type: 'run-stored', row });
      }
      block.jobs.delete(job.id);
      block.shown = block.jobs.get(block.shown.id) ?? [...block.jobs.values()][0] ?? block.shown;
      if (block.jobs.size > 0) events.queue();
    };
    try {
      // Claiming has waited for the disk, and so will storing: what waits to be answered comes between.
      await nextTurn();
      await runBlock(claimed, tools, block.abort, ended);
      return rows;
    } catch (error) {
      for (const jobId of block.jobs.keys()) releaseQuietly(store, jobId, logger);
      throw error;
    } finally {
      running = null;
      progress = null;
      events.queue();
    }
  };

  const workThrough = async (): Promise<QueueEnd> => {
    let end: QueueEnd;
    do {
      startedAgain = false;
      end = await work();
    } while (end.reason === 'empty' && startedAgain);
    return end;
  };

  const workOnSweep = async (sweepId: number, { signal, goOn }: WorkOnOptions): Promise<QueueEnd> => {
    while (stopping === null) {
      if (signal?.aborted === true) break;
      const claimed = store.sweeps.claimNext(clock.now(), [], sweepId);
      if (claimed === null) return { reason: 'empty' };
      const rows = await runClaimed(claimed);
      if (rows.every(goOn)) continue;
      if (store.sweeps.get(sweepId).summary.counts.waiting > 0) store.sweeps.cancel(sweepId);
      return { reason: 'empty' };
    }
    return { reason: stopping ?? 'paused' };
  };

  const begin = async (unlock: () => void, go: () => Promise<QueueEnd>): Promise<QueueEnd> => {
    try {
      const recovered = store.sweeps.recoverInterrupted();
      if (recovered > 0) logger.info('interrupted jobs wait again', { jobs: recovered });
      return await go();
    } catch (error) {
      const failure =
        error instanceof CrivoError
          ? error
          : new CrivoError('job-failed', `The queue stopped: ${toFailure(error).message}`, { cause: error });
      logger.error('the queue stopped', {
        message: failure.message,
        detail: failure.detail ?? toFailure(error).detail,
      });
      return { reason: 'failed', failure };
    } finally {
      unlock();
      working = null;
    }
  };

  const launch = (go: () => Promise<QueueEnd>): Promise<QueueEnd> => {
    if (stopping === 'closed') throw new CrivoError('conflict', 'The queue is closing; start Crivo again to go on.');
    stopping = null;
    const unlock = store.lockQueue();
    lastEnd = { reason: 'empty' };
    // Begun a step later, so that the first state that is told already says that it works.
    const launched = Promise.resolve()
      .then(() => begin(unlock, go))
      .then((end) => {
        lastEnd = end;
        events.queue();
        return end;
      });
    working = launched;
    events.queue();
    return launched;
  };

  const cancel = (sweepId: number): SweepSummary => {
    const summary = store.sweeps.cancel(sweepId);
    if (running?.sweepId === sweepId) {
      running.after = 'cancelled';
      running.abort.abort();
    }
    events.queue();
    return summary;
  };

  const start = (): void => {
    if (working === null || stopping === 'closed') void launch(workThrough);
    stopping = null;
    startedAgain = true;
  };

  return {
    state,
    start,
    workOn: async (sweepId, options) => {
      if (working !== null) {
        throw new CrivoError('conflict', 'The queue is at work; wait until it is done, or pause it, and try again.');
      }
      const onAbort = (): void => void cancel(sweepId);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      startedAgain = false;
      let end: QueueEnd;
      try {
        end = await launch(() => workOnSweep(sweepId, options));
      } finally {
        options.signal?.removeEventListener('abort', onAbort);
      }
      if (startedAgain && end.reason === 'empty') start();
      if (end.reason === 'failed') throw end.failure;
      if (end.reason !== 'empty' || options.signal?.aborted === true) {
        throw new CrivoError('cancelled', 'Measuring was cancelled; what was measured is kept.');
      }
    },
    pause: () => {
      if (working === null || stopping === 'closed') return;
      stopping = 'paused';
      wake();
      events.queue();
    },
    cancel,
    retry: (sweepId) => {
      const summary = store.sweeps.retryFailed(sweepId);
      wake();
      events.queue();
      return summary;
    },
    move: (sweepId, position) => {
      store.sweeps.move(sweepId, position);
      events.queue();
    },
    changed: () => {
      wake();
      events.queue();
    },
    whenIdle: () => working ?? Promise.resolve(lastEnd),
    close: async () => {
      stopping = 'closed';
      running?.abort.abort();
      wake();
      await working;
      events.close();
    },
  };
}

/** Finished sweeps that the queue's state still shows: the rest is history, and the state is sent often. */
const shownFinished = 20;

function shownSweeps(sweeps: readonly SweepSummary[]): readonly SweepSummary[] {
  let finished = 0;
  return sweeps.filter(({ finishedAt }) => finishedAt === null || (finished += 1) <= shownFinished);
}

/** Sweeps with something left to run, whose time has come. */
const dueSweeps = (sweeps: readonly SweepSummary[]): readonly SweepSummary[] =>
  sweeps.filter(({ state }) => state === 'waiting' || state === 'running');

/** Which of them must wait for the machine, and for what; it is read only where one asks for it. */
async function sweepsHeldUp(
  sweeps: readonly SweepSummary[],
  machine: () => Promise<MachineState>,
): Promise<ReadonlyMap<number, string>> {
  const conditioned = sweeps.filter(({ conditions }) => hasConditions(conditions));
  if (conditioned.length === 0) return new Map();
  const now = await machine();
  return new Map(
    conditioned.flatMap(({ id, name, conditions }) => {
      const unmet = unmetCondition(conditions, now);
      return unmet === null ? [] : [[id, say('heldUp', { sweep: name, why: unmet })] as const];
    }),
  );
}

/** When the next scheduled sweep may start, epoch ms, or null. */
function nextStart(sweeps: readonly SweepSummary[]): number | null {
  const starts = sweeps.flatMap(({ state, startsAt }) =>
    state === 'scheduled' && startsAt !== null ? [Date.parse(startsAt)] : [],
  );
  return starts.length === 0 ? null : Math.min(...starts);
}

/** A store that refused the result may refuse this, too; the next start of the queue recovers the job. */
function releaseQuietly(store: QueueOptions['store'], jobId: number, logger: Logger): void {
  try {
    store.sweeps.release(jobId, 'waiting');
  } catch (error) {
    logger.warn('the interrupted job stays marked as running', { jobId, message: toFailure(error).message });
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

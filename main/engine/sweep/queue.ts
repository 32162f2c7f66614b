/** Works through the queue, one cell at a time, until it is empty, paused, or nothing can be stored any more. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { JobProgress, JobRow, QueueState, RunRow, SweepSummary } from '../../../shared/sweep.ts';
import type { Logger, Publish } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { ClaimedJob } from '../store/sweeps.ts';
import { takesTurns } from './block.ts';
import { dueSweeps, nextStart, shownSweeps, sweepsHeldUp } from './due-sweeps.ts';
import { createQueueEvents } from './queue-events.ts';
import { runBlock } from './run-block.ts';
import type { JobTools } from './run-job.ts';
import { createRunningBlock } from './running-block.ts';
import type { RunningBlock } from './running-block.ts';
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
    current: running?.shown() ?? store.sweeps.running(),
    ...(running !== null && running.left().length > 1 ? { takingTurns: running.left().length } : {}),
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
      const followed = running?.follow(next);
      if (followed === 'unwatched') return;
      if (followed === 'shown anew') events.queue();
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

  /** Claims those that take turns with a claimed job. */
  const claimBeside = (first: ClaimedJob): readonly ClaimedJob[] => {
    // The claim has counted as an attempt already.
    if (!takesTurns(first.job.cell, first.job.attempts - 1)) return [];
    try {
      return store.sweeps.claimBeside(first, clock.now(), (waiting) => options.block(first.job, waiting));
    } catch (error) {
      releaseQuietly(store, first.job.id, logger);
      throw error;
    }
  };

  /** Runs it, with those that take turns with it; gives the runs that were stored. */
  const runClaimed = async (first: ClaimedJob): Promise<readonly RunRow[]> => {
    const others = claimBeside(first);
    const block = createRunningBlock(first, others);
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
      block.ended(job.id);
      if (block.left().length > 0) events.queue();
    };
    try {
      await store.sweeps.settle();
      await runBlock([first, ...others], tools, block.abort, ended);
      return rows;
    } catch (error) {
      for (const jobId of block.left()) releaseQuietly(store, jobId, logger);
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
          : new CrivoError('job-failed', say('queueStopped', { why: toFailure(error).message }), { cause: error });
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
    if (stopping === 'closed') throw new CrivoError('conflict', say('queueClosing'));
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
        throw new CrivoError('conflict', say('queueAtWork'));
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
        throw new CrivoError('cancelled', say('measuringCancelled'));
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

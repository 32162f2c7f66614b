/** Works through the queue in this process and shows it until it ends. */
import { CrivoError } from '../../../shared/errors.ts';
import type { EngineEvent } from '../../../shared/contract.ts';
import type { JobProgress, QueueState, RunRow, SweepSummary } from '../../../shared/sweep.ts';
import { formatLatencyMs } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import { runWords } from './cell-words.ts';
import { progressLine } from './progress-line.ts';
import { printable } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export interface FollowOptions {
  readonly workbench: Workbench;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Ends when this sweep does; without it, when the queue is empty. */
  readonly sweepId?: number;
}

/** What happened while it was followed. */
export interface Followed {
  readonly stored: number;
  readonly failed: number;
}

/**
 * Starts the queue and shows each stored run and, on a terminal, the line of progress. Ends early when `signal` is aborted.
 * Raises `conflict` where another process works through the queue, and what made the queue stop by itself.
 */
export async function followQueue({ workbench, terminal, signal, sweepId }: FollowOptions): Promise<Followed> {
  const view = createView(terminal, sweepId);
  await workbench.call('queue.start', {});
  const ended = Promise.withResolvers<undefined>();
  const unsubscribe = workbench.hub.subscribe(null, ({ event }) => {
    view.take(event);
    if (event.type === 'queue' && sweepId !== undefined && hasEnded(event.state, sweepId)) ended.resolve(undefined);
  });
  const onAbort = (): void => ended.resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const end = await Promise.race([workbench.queueIdle(), ended.promise]);
    // Looked at once more: the last states may not have been told yet.
    view.take({ type: 'queue', state: await workbench.call('queue.state', {}) });
    if (end?.reason === 'failed' && !signal.aborted) throw end.failure;
    return view.followed();
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
    terminal.drawStatus(null);
  }
}

const hasEnded = ({ sweeps }: QueueState, sweepId: number): boolean => {
  const sweep = sweeps.find(({ id }) => id === sweepId);
  return sweep !== undefined && sweep.counts.waiting + sweep.counts.running === 0;
};

function createView(terminal: Terminal, sweepId: number | undefined) {
  /** Sweeps that were seen with work to do, as they are now. */
  const followed = new Map<number, SweepSummary>();
  let state: QueueState | null = null;
  let progress: JobProgress | null = null;
  let stored = 0;
  let failed = 0;
  let doneBefore: number | null = null;

  const sum = (of: (sweep: SweepSummary) => number): number =>
    [...followed.values()].reduce((total, sweep) => total + of(sweep), 0);
  const totalOf = (): number => sum(({ counts }) => counts.waiting + counts.running + counts.done + counts.failed);

  const takeState = (next: QueueState): void => {
    state = next;
    for (const sweep of next.sweeps) {
      const wanted = sweepId === undefined ? sweep.finishedAt === null : sweep.id === sweepId;
      if (wanted || followed.has(sweep.id)) followed.set(sweep.id, sweep);
    }
    doneBefore ??= sum(({ counts }) => counts.done + counts.failed) - stored;
  };
  const takeRun = (row: RunRow): void => {
    if (sweepId !== undefined && row.sweepId !== sweepId) return;
    stored += 1;
    if (row.status === 'failed') failed += 1;
    const place = `${(doneBefore ?? 0) + stored}/${Math.max(totalOf(), (doneBefore ?? 0) + stored)}`;
    // A line that is drawn over itself tells of what went well; trouble stays to be read.
    if (!terminal.live || row.status === 'failed')
      terminal.say(`${place} ${printable(`${runWords(row)}: ${outcomeWords(row)}`)}`);
  };
  const draw = (): void => {
    const work = {
      done: (doneBefore ?? 0) + stored,
      total: Math.max(totalOf(), (doneBefore ?? 0) + stored),
      remainingMs: sum(({ remainingMs }) => remainingMs),
      current: state?.current ?? null,
      progress,
    };
    terminal.drawStatus(progressLine(work, terminal.statusWidth - 1));
  };
  return {
    take: (event: EngineEvent): void => {
      if (event.type === 'queue') takeState(event.state);
      else if (event.type === 'progress') progress = event.progress;
      else if (event.type === 'run-stored') takeRun(event.row);
      else return;
      draw();
    },
    followed: (): Followed => ({ stored, failed }),
  };
}

function outcomeWords(row: RunRow): string {
  if (row.status === 'failed') return `failed: ${row.reason ?? 'no reason is known'}`;
  const median = row.p50Ms === null ? 'no median' : `median ${formatLatencyMs(row.p50Ms)}`;
  return row.status === 'rejected' ? `${median}, rejected: ${row.reason ?? ''}` : median;
}

/** Tells how to go on after a signal ended the work. */
export function sayHowToResume(terminal: Terminal, { stored }: Followed): void {
  const kept = stored === 1 ? '1 run is kept' : `${stored} runs are kept`;
  terminal.say(`Stopped: ${kept}, and the cell that ran waits again; "crivo queue run" goes on.`);
}

/** The failure of `queue.start` for a person who asked for this sweep only, which is taken out of the queue again. */
export async function withdraw(workbench: Workbench, sweepId: number, error: unknown): Promise<never> {
  if (error instanceof CrivoError && error.kind === 'conflict') {
    await workbench.call('sweeps.remove', { id: sweepId });
  }
  throw error;
}

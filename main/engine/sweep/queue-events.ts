import type { JobProgress, QueueState } from '../../../shared/sweep.ts';
import type { Clock, Publish } from '../ports.ts';

/** The queue's state is told at most four times a second, progress ten times: a window costs the measurement nothing. */
const queueEveryMs = 250;
const progressEveryMs = 100;

export interface QueueEvents {
  /** Tells the queue's state, now or soon. */
  readonly queue: () => void;
  readonly progress: (progress: JobProgress) => void;
  readonly close: () => void;
}

/** Publishes what the queue does, throttled so that the last state is always told. */
export function createQueueEvents(clock: Clock, publish: Publish, state: () => QueueState): QueueEvents {
  const nowMs = (): number => Number(clock.monotonicNs() / 1_000_000n);
  let toldAt = Number.NEGATIVE_INFINITY;
  let soon: NodeJS.Timeout | null = null;
  let lastPhase: string | null = null;
  let progressAt = Number.NEGATIVE_INFINITY;
  const tell = (): void => {
    if (soon !== null) clearTimeout(soon);
    soon = null;
    toldAt = nowMs();
    publish({ type: 'queue', state: state() });
  };
  return {
    queue: () => {
      const dueInMs = toldAt + queueEveryMs - nowMs();
      if (dueInMs <= 0) tell();
      else soon ??= setTimeout(tell, dueInMs).unref();
    },
    progress: (progress) => {
      const phase = `${progress.jobId} ${progress.phase}`;
      if (phase === lastPhase && nowMs() < progressAt + progressEveryMs) return;
      lastPhase = phase;
      progressAt = nowMs();
      publish({ type: 'progress', progress });
    },
    close: () => {
      if (soon !== null) tell();
    },
  };
}

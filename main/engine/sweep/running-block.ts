/** Jobs that are measured together, as the queue sees them: which have not ended, and which one is watched. */
import type { JobProgress, JobRow } from '../../../shared/sweep.ts';
import type { ClaimedJob } from '../store/sweeps.ts';

export interface RunningBlock {
  readonly sweepId: number;
  /** Ids of the jobs that have not ended. */
  readonly left: () => readonly number[];
  /** The one that was at work last. */
  readonly shown: () => JobRow;
  /** Takes in how far one of them is: whether it is to be told, and whether it is now another that is shown. */
  readonly follow: (progress: JobProgress) => 'told' | 'shown anew' | 'unwatched';
  readonly ended: (jobId: number) => void;
  readonly abort: AbortController;
  /** What becomes of them when they are aborted. */
  after: 'waiting' | 'cancelled';
}

/** At least one job, all of one sweep. */
export function createRunningBlock(first: ClaimedJob, others: readonly ClaimedJob[]): RunningBlock {
  const jobs = new Map([first, ...others].map(({ job }) => [job.id, job]));
  let shown = first.job;
  return {
    sweepId: first.job.sweepId,
    left: () => [...jobs.keys()],
    shown: () => shown,
    follow: ({ jobId, phase }) => {
      if (jobId === shown.id) return 'told';
      // Of those that take turns, one is watched.
      if (phase === 'measuring') return 'unwatched';
      shown = jobs.get(jobId) ?? shown;
      return 'shown anew';
    },
    ended: (jobId) => {
      jobs.delete(jobId);
      if (!jobs.has(shown.id)) shown = jobs.values().next().value ?? shown;
    },
    abort: new AbortController(),
    after: 'waiting',
  };
}

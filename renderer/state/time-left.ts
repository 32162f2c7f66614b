import type { JobProgress, JobRow, SweepSummary } from '../../shared/sweep.ts';

/** How long a sweep still takes, ms: what its cells were estimated to take, less what has gone by of the one that runs, or of those that take turns. */
export function timeLeftMs(
  sweep: Pick<SweepSummary, 'id' | 'remainingMs'>,
  queue: {
    readonly current: Pick<JobRow, 'id' | 'sweepId' | 'estimateMs'> | null;
    readonly takingTurns?: number;
  } | null,
  progress: Pick<JobProgress, 'jobId' | 'elapsedMs'> | null,
): number {
  const { current, takingTurns = 1 } = queue ?? { current: null };
  if (current?.sweepId !== sweep.id || progress?.jobId !== current.id) return sweep.remainingMs;
  // A cell that takes longer than was thought takes nothing off those that wait.
  return sweep.remainingMs - Math.min(progress.elapsedMs, takingTurns * current.estimateMs);
}

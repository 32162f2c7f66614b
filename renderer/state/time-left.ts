import type { JobProgress, JobRow, SweepSummary } from '../../shared/sweep.ts';

/** How long a sweep still takes, ms: what its cells were estimated to take, less what has gone by of the one that runs. */
export function timeLeftMs(
  sweep: Pick<SweepSummary, 'id' | 'remainingMs'>,
  current: Pick<JobRow, 'id' | 'sweepId' | 'estimateMs'> | null,
  progress: Pick<JobProgress, 'jobId' | 'elapsedMs'> | null,
): number {
  if (current?.sweepId !== sweep.id || progress?.jobId !== current.id) return sweep.remainingMs;
  // A cell that takes longer than was thought takes nothing off the others.
  return sweep.remainingMs - Math.min(progress.elapsedMs, current.estimateMs);
}

import type { SweepSummary } from '../../../shared/sweep.ts';

/** In which order the queue is shown: what runs, what waits by its place, what has ended, newest first. */
export function inQueueOrder(sweeps: readonly SweepSummary[]): readonly SweepSummary[] {
  const rank = ({ state }: SweepSummary): number =>
    state === 'running' ? 0 : state === 'done' || state === 'cancelled' ? 2 : 1;
  return [...sweeps].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    return rank(a) === 2 ? b.id - a.id : a.position - b.position;
  });
}

/** Those that can be moved: all that have not ended, in their order. */
export const movable = (sweeps: readonly SweepSummary[]): readonly SweepSummary[] =>
  sweeps.filter(({ state }) => state !== 'done' && state !== 'cancelled').sort((a, b) => a.position - b.position);

import type { SweepSummary } from '../../../shared/sweep.ts';

const ended = ({ state }: SweepSummary): boolean => state === 'done' || state === 'cancelled';

/** In which order the queue is shown: what has not ended by its place, then what has, newest first. */
export const inQueueOrder = (sweeps: readonly SweepSummary[]): readonly SweepSummary[] => [
  ...movable(sweeps),
  ...sweeps.filter(ended).sort((a, b) => b.id - a.id),
];

/** Those that can be moved: all that have not ended, in their order. */
export const movable = (sweeps: readonly SweepSummary[]): readonly SweepSummary[] =>
  sweeps.filter((sweep) => !ended(sweep)).sort((a, b) => a.position - b.position);

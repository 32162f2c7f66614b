import type { QueueState } from '../../shared/sweep.ts';

/**
 * The state with the sweep that is worked on as running, also in the moment between two of its cells: a queue that
 * works through a sweep is not to be shown as waiting again and again.
 */
export function withWorkedOn(state: QueueState): QueueState {
  const { running, paused, current, waitsFor, sweeps } = state;
  if (!running || paused || current !== null || waitsFor !== undefined) return state;
  const [next] = sweeps.filter((sweep) => sweep.state === 'waiting').sort((a, b) => a.position - b.position);
  if (next === undefined || next.counts.done + next.counts.failed === 0) return state;
  return { ...state, sweeps: sweeps.map((sweep) => (sweep === next ? { ...next, state: 'running' } : sweep)) };
}

/** Which sweeps may run now, which wait for the machine or a time, and which are still shown. */
import { say } from '../../../shared/phrases/phrase.ts';
import type { SweepSummary } from '../../../shared/sweep.ts';
import { hasConditions, unmetCondition } from './start-conditions.ts';
import type { MachineState } from './start-conditions.ts';

/** Finished sweeps that the queue's state still shows: the rest is history, and the state is sent often. */
const shownFinished = 20;

export function shownSweeps(sweeps: readonly SweepSummary[]): readonly SweepSummary[] {
  let finished = 0;
  return sweeps.filter(({ finishedAt }) => finishedAt === null || (finished += 1) <= shownFinished);
}

/** Sweeps with something left to run, whose time has come. */
export const dueSweeps = (sweeps: readonly SweepSummary[]): readonly SweepSummary[] =>
  sweeps.filter(({ state }) => state === 'waiting' || state === 'running');

/** Which of them must wait for the machine, and for what; it is read only where one asks for it. */
export async function sweepsHeldUp(
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
export function nextStart(sweeps: readonly SweepSummary[]): number | null {
  const starts = sweeps.flatMap(({ state, startsAt }) =>
    state === 'scheduled' && startsAt !== null ? [Date.parse(startsAt)] : [],
  );
  return starts.length === 0 ? null : Math.min(...starts);
}

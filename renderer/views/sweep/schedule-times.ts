import type { InputOf } from '../../../shared/contract.ts';

/** When and under what conditions a sweep runs. */
export type SweepSchedule = Omit<InputOf<'sweeps.queue'>, 'yaml' | 'folder'>;

/** A time as a `datetime-local` field has it: this computer's time to the minute, without a zone. */
export function localTimeText(time: Date): string {
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The next one o'clock at night after `now`, when a machine is likely to be free. */
export function nextNight(now: Date): Date {
  const time = new Date(now);
  time.setHours(1, 0, 0, 0);
  if (time <= now) time.setDate(time.getDate() + 1);
  return time;
}

import { CrivoError } from '../../../shared/errors.ts';

/** The next moment after `from` that a time of day (`01:00`, local) or a date and time means. Raises `invalid-input`. */
export function nextTime(text: string, from: Date): Date {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (clock !== null) {
    const next = new Date(from);
    next.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    // By the calendar, so that a night that changes the clocks keeps its hour.
    if (next <= from) next.setDate(next.getDate() + 1);
    return next;
  }
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new CrivoError(
      'invalid-input',
      `"${text}" is no time; write a time of day like 01:00, or a date and time like 2026-11-25T01:00.`,
    );
  }
  if (date <= from) throw new CrivoError('invalid-input', `${text} has passed; give a time to come.`);
  return date;
}

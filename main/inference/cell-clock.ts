/** Time in a cell process, by the clock that all processes of the machine share. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nanosecondsToMs } from '../../shared/units.ts';

/** The system's monotonic clock, ms. */
export const nowMs = (): number => nanosecondsToMs(process.hrtime.bigint());

/** A timer of the event loop may come as much too late; the rest is waited for by looking at the clock. */
const timerSlackMs = 3;

/** Resolves at that time of the clock, to some microseconds, or at once where it has passed. */
export async function waitUntil(timeMs: number): Promise<void> {
  const restMs = timeMs - nowMs();
  if (restMs > timerSlackMs) await sleep(restMs - timerSlackMs);
  while (nowMs() < timeMs) await new Promise(setImmediate);
}

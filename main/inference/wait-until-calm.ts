/** Waits until the threads of this process rest, so that they don't disturb another's turn. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './cell-clock.ts';

/** From one look to the next. */
const lookMs = 2;
/** A process that uses less of one core rests, where threads can't be asked. */
const restingShare = 0.15;
/** By default ONNX Runtime's threads wait for work for some 30 ms by spinning; whatever takes longer is no such wait. */
const longestMs = 200;

/** Resolves at the latest after 200 ms. */
export async function waitUntilCalm(): Promise<void> {
  const endsMs = nowMs() + longestMs;
  for (;;) {
    const [beganMs, before] = [nowMs(), process.cpuUsage()];
    await sleep(lookMs);
    const { user, system } = process.cpuUsage(before);
    const now = nowMs();
    // A thread that waits for a core uses no time, but would take it from the next.
    const run = othersRun() ?? (user + system) / 1000 > restingShare * (now - beganMs);
    if (!run || now > endsMs) return;
  }
}

/** Whether a thread of this process other than the one that asks runs or waits for a core; null where the system doesn't tell. */
function othersRun(): boolean | null {
  if (process.platform !== 'linux') return null;
  try {
    return readdirSync('/proc/self/task').some((thread) => {
      if (Number(thread) === process.pid) return false;
      // The state comes after the name in parentheses, which may hold anything.
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
      return stat[stat.lastIndexOf(')') + 2] === 'R';
    });
  } catch {
    return null;
  }
}

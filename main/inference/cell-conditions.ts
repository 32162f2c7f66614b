/** Gives a cell's process the cores, the priority and the rest that its sweep asks for. */
import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CrivoError, toFailure } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { Conditions } from '../../shared/sweep.ts';

const run = promisify(execFile);
const toolDeadlineMs = 5_000;

const priorities = {
  low: constants.priority.PRIORITY_BELOW_NORMAL,
  normal: constants.priority.PRIORITY_NORMAL,
  high: constants.priority.PRIORITY_HIGH,
} as const;

/** Waits for the machine to cool before a cell. Rejects with `cancelled`. */
export async function coolDown({ coolDownSeconds = 0 }: Conditions, signal: AbortSignal | undefined): Promise<void> {
  if (coolDownSeconds === 0) return;
  await sleep(coolDownSeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => {
    throw new CrivoError('cancelled', say('cellCancelled'));
  });
}

/**
 * Applies cores and priority to a process before it makes threads, which inherit them; one sentence for each thing that
 * this system refused, so that the run tells that it was measured without.
 */
export async function applyConditions(pid: number, { cores, priority }: Conditions): Promise<readonly string[]> {
  const refusals: string[] = [];
  if (cores !== undefined) {
    const refused = await pin(pid, cores);
    if (refused !== null) refusals.push(say('notPinned', { cores: cores.join(', '), why: refused }));
  }
  if (priority !== undefined) {
    try {
      setPriority(pid, priorities[priority]);
    } catch (error) {
      refusals.push(say('notAtPriority', { priority, why: toFailure(error).message }));
    }
  }
  return refusals;
}

/** Null where it worked, else why not. */
async function pin(pid: number, cores: readonly number[]): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      await run('taskset', ['-acp', cores.join(','), String(pid)], { timeout: toolDeadlineMs });
      return null;
    }
    if (process.platform === 'win32') {
      // One bit a core; PowerShell takes the mask as a 64-bit number.
      const mask = cores.reduce((bits, core) => bits | (1n << BigInt(core)), 0n);
      const order = `(Get-Process -Id ${pid}).ProcessorAffinity = [IntPtr]${mask}`;
      await run('powershell', ['-NoProfile', '-Command', order], { timeout: toolDeadlineMs });
      return null;
    }
    return say('coresNotChosen');
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return (stderr ?? '').trim().split('\n')[0] || toFailure(error).message;
  }
}

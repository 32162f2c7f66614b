/** How a process ended, in words. */
import { readFileSync } from 'node:fs';
import { say } from '../../shared/phrases/phrase.ts';

export type ProcessExit =
  | { readonly how: 'code'; readonly code: number }
  | { readonly how: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly how: 'not started'; readonly message: string };

const outOfMemory = /heap out of memory|std::bad_alloc|Cannot allocate memory|Failed to allocate memory/i;

/** The end of a sentence (`its process crashed (SIGSEGV).`); `killedForMemory`: the kernel ended some process for memory meanwhile. */
export function describeExit(exit: ProcessExit, output: string, killedForMemory: boolean): string {
  if (exit.how === 'not started') return say('notStarted', { message: exit.message });
  const killed = exit.how === 'signal' && exit.signal === 'SIGKILL';
  if (outOfMemory.test(output) || (killed && killedForMemory)) {
    return say('outOfMemory');
  }
  if (killed) return say('killed');
  if (exit.how === 'signal') return say('crashed', { signal: exit.signal });
  return say('endedWithout', { code: exit.code });
}

/** How many processes the kernel has ended for lack of memory since it started; 0 where it doesn't tell. */
export function oomKills(): number {
  if (process.platform !== 'linux') return 0;
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

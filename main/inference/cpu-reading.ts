/** Reads how much the processor has worked, for this process and for all. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { nanosecondsToMs } from '../../shared/units.ts';
import type { CpuReading } from '../engine/measure/interference.ts';

/** /proc/stat counts in ticks of 1/100 s on every Linux that Node runs on (USER_HZ). */
const tickMs = 10;

/** A reading now; costs some 0.1 ms. */
export function readCpu(nowMs: number): CpuReading {
  const usage = process.resourceUsage();
  return {
    atMs: nowMs,
    ...machineTimes(),
    ownMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    involuntaryContextSwitches: process.platform === 'win32' ? null : usage.involuntaryContextSwitches,
    runQueueMs: runQueueMs(),
  };
}

/**
 * How long the threads of this process have waited for a core, ms; null where the system doesn't tell. Sum of the second figure
 * of each thread's `schedstat`, ns. sched-stats.rst of the kernel's documentation.
 */
export function runQueueMs(): number | null {
  try {
    const folder = '/proc/self/task';
    const waits = readdirSync(folder).map((thread) =>
      Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[1]),
    );
    return nanosecondsToMs(BigInt(waits.reduce((sum, wait) => sum + wait, 0)));
  } catch {
    return null;
  }
}

function machineTimes(): Pick<CpuReading, 'busyMs' | 'stealMs'> {
  if (process.platform === 'linux') {
    try {
      return parseStat(readFileSync('/proc/stat', 'utf8'));
    } catch {
      return { busyMs: null, stealMs: null };
    }
  }
  const cores = cpus();
  const busyMs = cores.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { busyMs: cores.length === 0 ? null : busyMs, stealMs: null };
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal …; guest time is part of user. proc_stat(5). */
function parseStat(text: string): Pick<CpuReading, 'busyMs' | 'stealMs'> {
  const fields = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.split(' ').map(Number);
  if (fields === undefined || fields.length < 7) return { busyMs: null, stealMs: null };
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal] = fields;
  return {
    busyMs: (user + nice + system + irq + softirq) * tickMs,
    stealMs: steal === undefined ? null : steal * tickMs,
  };
}

/** Highest resident memory that this process has had, in bytes. */
export function peakRssBytes(): number {
  if (process.platform === 'linux') {
    // Not `maxRSS`: the kernel carries over what the parent had at the fork.
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (found !== undefined) return Number(found) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}

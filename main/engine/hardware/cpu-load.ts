import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** CPU time since boot, in any one unit, summed over all cores. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** The first line of `/proc/stat`; waiting for disks counts as idle, guest time is already in user time. */
export function cpuTimesFromStat(stat: string): CpuTimes | null {
  const values = /^cpu\s+(.*)$/m.exec(stat)?.[1]?.trim().split(/\s+/).slice(0, 8).map(Number);
  if (values === undefined || values.length < 4 || values.some((value) => !Number.isFinite(value))) return null;
  const total = values.reduce((sum, value) => sum + value, 0);
  return { busy: total - values[3]! - (values[4] ?? 0), total };
}

/** CPU time since boot, or null where the machine doesn't tell. */
export async function readCpuTimes(): Promise<CpuTimes | null> {
  if (process.platform === 'linux') return cpuTimesFromStat(await readFile('/proc/stat', 'utf8').catch(() => ''));
  const times = cpus().map((cpu) => cpu.times);
  if (times.length === 0) return null;
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const busy = times.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq, 0);
  return { busy, total: busy + idle };
}

/** Share of all cores that was busy between two readings, 0–1; null where no time has passed. */
export function loadBetween(before: CpuTimes | null, after: CpuTimes | null): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  return Math.min(1, Math.max(0, (after.busy - before.busy) / (after.total - before.total)));
}

/** Which other processes take processor time, from `/proc`. */
import { readdirSync } from 'node:fs';
import type { Offender } from '../../shared/measurement.ts';
import { noiseLimits } from '../engine/measure/interference.ts';
import type { ProcessSummary } from '../engine/measure/interference.ts';
import { readSmallFile } from './small-file.ts';

/** User and system time of every process that could be read, by process id, at one moment. */
export interface ProcessReading {
  /** Monotonic, ms. */
  readonly atMs: number;
  readonly cpuMs: ReadonlyMap<number, { readonly name: string; readonly cpuMs: number }>;
}

const tickMs = 10;
const namedOffenders = 3;
/** In cores: what a process must use in an interval to count as busy there. */
const busyProcessCores = 0.05;

/** Reads all processes, some 10 µs each; null where there is no `/proc`. */
export function readProcesses(nowMs: number, root = '/proc'): ProcessReading | null {
  const cpuMs = new Map<number, { name: string; cpuMs: number }>();
  try {
    for (const entry of readdirSync(root)) {
      const pid = Number(entry);
      if (!Number.isInteger(pid)) continue;
      const stat = readSmallFile(`${root}/${entry}/stat`);
      // The process may have ended in the meantime.
      const found = stat === null ? null : parseProcessStat(stat);
      if (found !== null) cpuMs.set(pid, found);
    }
  } catch {
    return null;
  }
  return cpuMs.size === 0 ? null : { atMs: nowMs, cpuMs };
}

/** A line of `/proc/PID/stat`: the name stands in parentheses and may hold some; utime and stime are fields 14 and 15. proc_pid_stat(5). */
export function parseProcessStat(line: string): { readonly name: string; readonly cpuMs: number } | null {
  const close = line.lastIndexOf(')');
  const fields = line.slice(close + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return close < 0 || !Number.isFinite(ticks)
    ? null
    : { name: line.slice(line.indexOf('(') + 1, close), cpuMs: ticks * tickMs };
}

/** What readings in order tell of the processes that were not measured. */
export function summarizeProcesses(
  readings: readonly ProcessReading[],
  measuredPids: ReadonlySet<number>,
): ProcessSummary | null {
  const offenders = new Map<number, { name: string; usedMs: number; busyMs: number }>();
  let [busyMs, watchedMs] = [0, 0];
  for (let index = 1; index < readings.length; index += 1) {
    const [before, after] = [readings[index - 1]!, readings[index]!];
    const intervalMs = after.atMs - before.atMs;
    // Shorter ones are mostly the rounding of ticks.
    if (intervalMs < 10 * tickMs) continue;
    watchedMs += intervalMs;
    let others = 0;
    for (const [pid, { name, cpuMs }] of after.cpuMs) {
      if (measuredPids.has(pid)) continue;
      // A process that began in the interval did all its work there.
      const used = cpuMs - (before.cpuMs.get(pid)?.cpuMs ?? 0);
      others += used;
      if (used < busyProcessCores * intervalMs) continue;
      const offender = offenders.get(pid) ?? { name, usedMs: 0, busyMs: 0 };
      offenders.set(pid, { name, usedMs: offender.usedMs + used, busyMs: offender.busyMs + intervalMs });
    }
    if (others > noiseLimits.busyCores * intervalMs) busyMs += intervalMs;
  }
  if (watchedMs === 0) return null;
  return { offenders: worst(offenders), busyShare: busyMs / watchedMs, watchedMs };
}

const worst = (offenders: ReadonlyMap<number, { name: string; usedMs: number; busyMs: number }>): Offender[] =>
  [...offenders]
    .sort(([, a], [, b]) => b.usedMs - a.usedMs)
    .slice(0, namedOffenders)
    .map(([pid, { name, usedMs, busyMs }]) => ({ pid, name, cores: usedMs / busyMs, busyMs }));

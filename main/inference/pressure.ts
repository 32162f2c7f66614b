/** How long processes of the machine were stalled, from Linux's pressure stall information. */
import { join } from 'node:path';
import { readSmallFile } from './small-file.ts';

/** Time since the start of the machine in which at least one process waited, ms; null where the kernel doesn't tell. */
export interface PressureReading {
  /** Monotonic, ms. */
  readonly atMs: number;
  readonly cpuMs: number | null;
  readonly memoryMs: number | null;
}

/** A reading now. `root` stands for `/proc`. */
export function readPressure(nowMs: number, root = '/proc'): PressureReading {
  const stalled = (resource: string): number | null =>
    parsePressure(readSmallFile(join(root, 'pressure', resource)) ?? '');
  return { atMs: nowMs, cpuMs: stalled('cpu'), memoryMs: stalled('memory') };
}

/** The total of the line `some avg10=… total=<µs>`, in ms. psi.rst of the kernel's documentation. */
export function parsePressure(text: string): number | null {
  const total = /^some .*\btotal=(\d+)$/m.exec(text)?.[1];
  return total === undefined ? null : Number(total) / 1000;
}

/** Share of the time between two readings, 0–1. */
export function pressureBetween(
  before: PressureReading,
  after: PressureReading,
): { readonly cpuPressure: number | null; readonly memoryPressure: number | null } {
  const wallMs = after.atMs - before.atMs;
  const share = (from: number | null, to: number | null): number | null =>
    from === null || to === null || wallMs <= 0 ? null : Math.min(1, Math.max(0, (to - from) / wallMs));
  return {
    cpuPressure: share(before.cpuMs, after.cpuMs),
    memoryPressure: share(before.memoryMs, after.memoryMs),
  };
}

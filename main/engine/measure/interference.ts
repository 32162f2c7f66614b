/** What disturbed a run, and from when on it is called noisy. */
import type { Interference } from '../../../shared/measurement.ts';

/** A reading of the processor's time at one moment; null where the machine doesn't tell. */
export interface CpuReading {
  /** Monotonic, ms. */
  readonly atMs: number;
  /** Busy time of all cores, all processes, ms. */
  readonly busyMs: number | null;
  readonly stealMs: number | null;
  /** Of the process that reads. */
  readonly ownMs: number;
  readonly involuntaryContextSwitches: number | null;
}

/** What sensors said while the run was measured; null where unreadable. */
export interface SensorSummary {
  readonly frequencyMinMhz: number | null;
  readonly frequencyMaxMhz: number | null;
  readonly temperatureMaxC: number | null;
  readonly throttled: boolean | null;
  readonly powerSource: Interference['powerSource'];
}

/** Beyond any of these a run is marked noisy (never dropped). */
export const noiseLimits = {
  /** A quarter of a core is the least that shifts a median by more than 1% when it meets the measured core by chance. */
  otherCpuCores: 0.25,
  stealCores: 0.05,
  /** Spread of the frequency over the run, relative to the highest. */
  frequencySpread: 0.1,
} as const;

/**
 * Joins the readings at the beginning and at the end of measuring (one pair for each process that measured) with the
 * sensors. The time of all measuring processes is taken off the machine's busy time.
 */
export function judgeInterference(
  readings: readonly { readonly begin: CpuReading; readonly end: CpuReading }[],
  sensors: SensorSummary,
): Interference {
  const first = readings[0];
  const wallMs = first === undefined ? 0 : first.end.atMs - first.begin.atMs;
  const ownMs = readings.reduce((sum, { begin, end }) => sum + end.ownMs - begin.ownMs, 0);
  const perCore = (time: number | null): number | null => (time === null || wallMs <= 0 ? null : time / wallMs);
  const busyMs = first === undefined ? null : difference(first.begin.busyMs, first.end.busyMs);
  const facts = {
    // Times come in ticks of 10 ms: a small negative difference is rounding.
    otherCpuCores: perCore(busyMs === null ? null : Math.max(0, busyMs - ownMs)),
    stealCores: perCore(first === undefined ? null : difference(first.begin.stealMs, first.end.stealMs)),
    involuntaryContextSwitches: sumOrNull(
      readings.map(({ begin, end }) => difference(begin.involuntaryContextSwitches, end.involuntaryContextSwitches)),
    ),
    ...sensors,
  };
  const causes = noiseCauses(facts);
  return { ...facts, noisy: causes.length > 0, causes };
}

/** Why a run is noisy, in words with figures. */
function noiseCauses(facts: Omit<Interference, 'noisy' | 'causes'>): string[] {
  const causes: string[] = [];
  if (facts.otherCpuCores !== null && facts.otherCpuCores > noiseLimits.otherCpuCores) {
    causes.push(`other processes used ${facts.otherCpuCores.toFixed(2)} cores`);
  }
  if (facts.stealCores !== null && facts.stealCores > noiseLimits.stealCores) {
    causes.push(`the hypervisor took ${facts.stealCores.toFixed(2)} cores`);
  }
  if (facts.throttled === true) causes.push('the processor throttled for heat');
  const { frequencyMinMhz: low, frequencyMaxMhz: high } = facts;
  if (low !== null && high !== null && high - low > noiseLimits.frequencySpread * high) {
    causes.push(`the clock varied from ${low.toFixed(0)} to ${high.toFixed(0)} MHz`);
  }
  if (facts.powerSource === 'battery') causes.push('the machine ran on battery');
  return causes;
}

const difference = (begin: number | null, end: number | null): number | null =>
  begin === null || end === null ? null : end - begin;

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

/** What disturbed a run, and from when on it is called noisy; the rule is explained in docs/measurement.md. */
import type { GpuInterference, Interference, Offender } from '../../../shared/measurement.ts';
import { say } from '../../../shared/phrases/phrase.ts';

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
  /** Time that the reading process's threads waited for a core while they could have run, ms. */
  readonly runQueueMs: number | null;
}

/** What was seen of other processes; null where the system doesn't list them. */
export interface ProcessSummary {
  /** Worst first. */
  readonly offenders: readonly Offender[];
  /** Share of the intervals in which they used more than `noiseLimits.busyCores` together. */
  readonly busyShare: number;
  readonly watchedMs: number;
}

/** What sensors said while the run was measured; null where unreadable. */
export interface SensorSummary {
  readonly frequencyMinMhz: number | null;
  readonly frequencyMaxMhz: number | null;
  readonly temperatureMaxC: number | null;
  readonly throttled: boolean | null;
  readonly powerSource: Interference['powerSource'];
  readonly processes: ProcessSummary | null;
  readonly cpuPressure: number | null;
  readonly memoryPressure: number | null;
  readonly gpu: GpuInterference | null;
}

/** Beyond any of these a run is marked noisy (never dropped). */
export const noiseLimits = {
  /** A quarter of a core is the least that shifts a median by more than 1% when it meets the measured core by chance. */
  otherCpuCores: 0.25,
  /** An interval is busy when other processes use more; bursts show here before they show in the mean. */
  busyCores: 0.5,
  busyShare: 0.25,
  stealCores: 0.05,
  /** The cell's own threads, so that it counts whoever took the core. */
  runQueueShare: 0.05,
  memoryPressure: 0.01,
  /** Spread of the frequency over the run, relative to the highest. */
  frequencySpread: 0.1,
  gpuClockSpread: 0.1,
} as const;

/**
 * Joins the readings at the beginning and at the end of measuring (one pair for each process that measured) with the
 * sensors. The time of all measuring processes is taken off the machine's busy time.
 */
export function judgeInterference(
  readings: readonly { readonly begin: CpuReading; readonly end: CpuReading }[],
  { processes, ...sensors }: SensorSummary,
): Interference {
  const first = readings[0];
  const wallMs = first === undefined ? 0 : first.end.atMs - first.begin.atMs;
  const ownMs = readings.reduce((sum, { begin, end }) => sum + end.ownMs - begin.ownMs, 0);
  const perCore = (time: number | null): number | null => (time === null || wallMs <= 0 ? null : time / wallMs);
  const busyMs = first === undefined ? null : difference(first.begin.busyMs, first.end.busyMs);
  const facts = {
    // Times come in ticks of 10 ms: a small negative difference is rounding.
    otherCpuCores: perCore(busyMs === null ? null : Math.max(0, busyMs - ownMs)),
    offenders: processes?.offenders ?? [],
    busyShare: processes?.busyShare ?? null,
    stealCores: perCore(first === undefined ? null : difference(first.begin.stealMs, first.end.stealMs)),
    involuntaryContextSwitches: sumOrNull(
      readings.map(({ begin, end }) => difference(begin.involuntaryContextSwitches, end.involuntaryContextSwitches)),
    ),
    runQueueShare: perCore(sumOrNull(readings.map(({ begin, end }) => difference(begin.runQueueMs, end.runQueueMs)))),
    ...sensors,
  };
  const causes = noiseCauses(facts, processes?.watchedMs ?? 0);
  return { ...facts, blanks: blanksOf(facts, processes), noisy: causes.length > 0, causes };
}

type Facts = Required<Omit<Interference, 'noisy' | 'causes' | 'blanks'>>;

/** Why a run is noisy, in words with figures. */
function noiseCauses(facts: Facts, watchedMs: number): string[] {
  const causes: string[] = [];
  const beyond = (value: number | null, limit: number): value is number => value !== null && value > limit;
  const { otherCpuCores, busyShare, offenders } = facts;
  if (beyond(otherCpuCores, noiseLimits.otherCpuCores) || beyond(busyShare, noiseLimits.busyShare)) {
    causes.push(blame(offenders, watchedMs, otherCpuCores));
  }
  if (beyond(facts.stealCores, noiseLimits.stealCores)) {
    causes.push(say('stolen', { cores: facts.stealCores.toFixed(2) }));
  }
  if (beyond(facts.runQueueShare, noiseLimits.runQueueShare)) {
    causes.push(say('waitedForCore', { share: percent(facts.runQueueShare) }));
  }
  if (beyond(facts.memoryPressure, noiseLimits.memoryPressure)) {
    causes.push(say('waitedForMemory', { share: percent(facts.memoryPressure) }));
  }
  if (facts.throttled === true) causes.push(say('throttled'));
  const clock = wandering(facts.frequencyMinMhz, facts.frequencyMaxMhz, noiseLimits.frequencySpread);
  if (clock !== null) causes.push(say('clockVaried', clock));
  const gpuClock = wandering(facts.gpu?.clockMinMhz, facts.gpu?.clockMaxMhz, noiseLimits.gpuClockSpread);
  if (gpuClock !== null) causes.push(say('gpuClockVaried', gpuClock));
  if (facts.powerSource === 'battery') causes.push(say('onBattery'));
  return causes;
}

/** `another process used 38% of a core during 6.0 of 10.0 s: 4242, backup` */
function blame([worst, ...others]: readonly Offender[], watchedMs: number, cores: number | null): string {
  if (worst === undefined) return say('otherWork', { cores: (cores ?? 0).toFixed(2) });
  const nameOf = ({ pid, name }: Offender): string => `${pid}, ${name}`;
  const blamed = {
    ...{ share: percent(worst.cores), worst: nameOf(worst) },
    ...{ busy: (worst.busyMs / 1000).toFixed(1), watched: (watchedMs / 1000).toFixed(1) },
  };
  return others.length === 0
    ? say('otherProcess', blamed)
    : say('otherProcesses', { ...blamed, others: others.map(nameOf).join('; ') });
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

/** The range of a clock that varied by more than the spread, MHz. */
function wandering(
  low: number | null | undefined,
  high: number | null | undefined,
  spread: number,
): { readonly low: string; readonly high: string } | null {
  if (low === null || low === undefined || high === null || high === undefined) return null;
  return high - low > spread * high ? { low: low.toFixed(0), high: high.toFixed(0) } : null;
}

/** Each reason is true of every system that leaves the field null. */
function blanksOf(facts: Facts, processes: ProcessSummary | null): Record<string, string> {
  const reasons: Readonly<Record<string, string>> = {
    otherCpuCores: say('noProcessorTime'),
    busyShare: say('noProcesses'),
    stealCores: say('noSteal'),
    involuntaryContextSwitches: say('noSwitches'),
    runQueueShare: say('noWaiting'),
    cpuPressure: say('noPressure'),
    memoryPressure: say('noPressure'),
    frequencyMaxMhz: say('noClock'),
    temperatureMaxC: say('noThermalSensor'),
    throttled: say('noThrottling'),
    gpu: say('noGpuMeasured'),
  };
  const known: Readonly<Record<string, unknown>> = { ...facts, busyShare: processes?.busyShare ?? null };
  return Object.fromEntries(Object.entries(reasons).filter(([field]) => known[field] === null));
}

const difference = (begin: number | null, end: number | null): number | null =>
  begin === null || end === null ? null : end - begin;

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

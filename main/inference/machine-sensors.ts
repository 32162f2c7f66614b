/** Clock, heat, power, pressure and other processes while a cell is measured, read from the parent, about once a second. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GpuInterference } from '../../shared/measurement.ts';
import type { SensorSummary } from '../engine/measure/interference.ts';
import { nowMs } from './cell-clock.ts';
import { readProcesses, summarizeProcesses } from './other-processes.ts';
import type { ProcessReading } from './other-processes.ts';
import { pressureBetween, readPressure } from './pressure.ts';
import type { PressureReading } from './pressure.ts';

interface SensorReading {
  readonly frequenciesMhz: readonly number[];
  readonly temperaturesC: readonly number[];
  /** Times that any core was slowed for heat since the start of the machine. */
  readonly throttleCount: number | null;
  readonly powerSource: SensorSummary['powerSource'];
}

/** What a GPU's driver says at one moment. */
export interface GpuReading {
  readonly clockMhz: number | null;
  readonly powerW: number | null;
  /** 0–1. */
  readonly load: number | null;
  readonly temperatureC: number | null;
}

export interface SensorWatch {
  /** Takes a last reading and sums up; later calls give the same. */
  readonly end: () => Promise<SensorSummary>;
}

export interface SensorOptions {
  /** Processes that are measured, and so are no neighbours. */
  readonly measuredPids: ReadonlySet<number>;
  /** Given where the cell runs on a GPU; null where its driver tells nothing. */
  readonly readGpu?: () => Promise<GpuReading | null>;
  /** Stand for `/sys` and `/proc`. */
  readonly sys?: string;
  readonly proc?: string;
}

const shortestIntervalMs = 1_000;
/** Asking a GPU's driver may start a process. */
const gpuIntervalMs = 5_000;
/** Reading may take this share of the time of one core. */
const readingShare = 0.005;

interface Readings {
  readonly sensors: Promise<SensorReading>[];
  readonly processes: (ProcessReading | null)[];
  readonly pressure: Promise<PressureReading>[];
  readonly gpu: Promise<GpuReading | null>[];
}

/** Begins to read. What the machine doesn't tell stays null. */
export function watchSensors(options: SensorOptions): SensorWatch {
  const { sys = '/sys', proc = '/proc', readGpu, measuredPids } = options;
  const readings: Readings = { sensors: [], processes: [], pressure: [], gpu: [] };
  let timer: NodeJS.Timeout | undefined;
  let summary: Promise<SensorSummary> | null = null;
  let nextGpuMs = 0;
  const read = (last: boolean): void => {
    const beganMs = nowMs();
    readings.processes.push(readProcesses(beganMs, proc));
    const tookMs = nowMs() - beganMs;
    readings.sensors.push(readSensors(sys));
    readings.pressure.push(readPressure(beganMs, proc));
    if (readGpu !== undefined && (last || beganMs >= nextGpuMs)) {
      nextGpuMs = beganMs + gpuIntervalMs;
      readings.gpu.push(readGpu());
    }
    if (last) return;
    timer = setTimeout(() => read(false), Math.max(shortestIntervalMs, tookMs / readingShare));
    timer.unref();
  };
  read(false);
  return {
    end: () => {
      if (summary !== null) return summary;
      clearTimeout(timer);
      read(true);
      return (summary = summarize(readings, measuredPids));
    },
  };
}

async function summarize(readings: Readings, measuredPids: ReadonlySet<number>): Promise<SensorSummary> {
  const pressure = await Promise.all(readings.pressure);
  const processes = readings.processes.filter((reading) => reading !== null);
  return {
    ...summarizeSensors(await Promise.all(readings.sensors)),
    ...pressureBetween(pressure[0]!, pressure.at(-1)!),
    processes: summarizeProcesses(processes, measuredPids),
    gpu: summarizeGpu((await Promise.all(readings.gpu)).filter((reading) => reading !== null)),
  };
}

function summarizeGpu(readings: readonly GpuReading[]): GpuInterference | null {
  if (readings.length === 0) return null;
  const of = (field: keyof GpuReading, pick: (...values: number[]) => number): number | null => {
    const values = readings.map((reading) => reading[field]).filter((value) => value !== null);
    return values.length === 0 ? null : pick(...values);
  };
  return {
    clockMinMhz: of('clockMhz', Math.min),
    clockMaxMhz: of('clockMhz', Math.max),
    powerMaxW: of('powerW', Math.max),
    loadMax: of('load', Math.max),
    temperatureMaxC: of('temperatureC', Math.max),
  };
}

/** What several readings say together. */
export function summarizeSensors(
  readings: readonly SensorReading[],
): Pick<SensorSummary, 'frequencyMinMhz' | 'frequencyMaxMhz' | 'temperatureMaxC' | 'throttled' | 'powerSource'> {
  const frequencies = readings.flatMap((reading) => reading.frequenciesMhz);
  const temperatures = readings.flatMap((reading) => reading.temperaturesC);
  const counts = readings.map((reading) => reading.throttleCount).filter((count) => count !== null);
  const sources = readings.map((reading) => reading.powerSource);
  return {
    frequencyMinMhz: frequencies.length === 0 ? null : Math.min(...frequencies),
    frequencyMaxMhz: frequencies.length === 0 ? null : Math.max(...frequencies),
    temperatureMaxC: temperatures.length === 0 ? null : Math.max(...temperatures),
    throttled: counts.length < 2 ? null : counts.at(-1)! > counts[0]!,
    powerSource: sources.includes('battery') ? 'battery' : (sources[0] ?? 'unknown'),
  };
}

async function readSensors(root: string): Promise<SensorReading> {
  if (process.platform !== 'linux') {
    return { frequenciesMhz: [], temperaturesC: [], throttleCount: null, powerSource: 'unknown' };
  }
  const cores = (await list(join(root, 'devices/system/cpu'))).filter((name) => /^cpu\d+$/.test(name));
  const ofCores = (file: string): Promise<number[]> =>
    numbers(cores.map((core) => join(root, 'devices/system/cpu', core, file)));
  const zones = (await list(join(root, 'class/thermal'))).filter((name) => name.startsWith('thermal_zone'));
  const [frequencies, temperatures, throttles, powerSource] = await Promise.all([
    ofCores('cpufreq/scaling_cur_freq'),
    numbers(zones.map((zone) => join(root, 'class/thermal', zone, 'temp'))),
    ofCores('thermal_throttle/core_throttle_count'),
    readPowerSource(root),
  ]);
  return {
    // The busiest core's clock: idle ones clock down without meaning anything.
    frequenciesMhz: frequencies.length === 0 ? [] : [Math.max(...frequencies) / 1000],
    temperaturesC: temperatures.map((milli) => milli / 1000),
    throttleCount: throttles.length === 0 ? null : throttles.reduce((sum, count) => sum + count, 0),
    powerSource,
  };
}

async function readPowerSource(root: string): Promise<SensorSummary['powerSource']> {
  const folder = join(root, 'class/power_supply');
  const names = await list(folder);
  const types = await Promise.all(names.map((name) => text(join(folder, name, 'type'))));
  const online = await numbers(
    names.filter((_, index) => types[index] !== 'Battery').map((name) => join(folder, name, 'online')),
  );
  if (online.includes(1)) return 'ac';
  const statuses = await Promise.all(
    names.filter((_, index) => types[index] === 'Battery').map((name) => text(join(folder, name, 'status'))),
  );
  if (statuses.includes('Discharging')) return 'battery';
  return 'unknown';
}

const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const text = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => null,
  );

async function numbers(paths: readonly string[]): Promise<number[]> {
  const contents = await Promise.all(paths.map(text));
  return contents
    .filter((content) => content !== null && content !== '')
    .map(Number)
    .filter(Number.isFinite);
}

/** Clock, heat, power, pressure and other processes while a cell is measured, read from the parent, about once a second. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GpuInterference } from '../../shared/measurement.ts';
import type { SensorSummary } from '../engine/measure/interference.ts';
import { nowMs } from './cell-clock.ts';
import { readProcesses, summarizeProcesses } from './other-processes.ts';
import type { ProcessReading } from './other-processes.ts';
import { pressureBetween, readPressure } from './pressure.ts';
import type { PressureReading } from './pressure.ts';
import { readSmallFile } from './small-file.ts';

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
  readonly sensors: SensorReading[];
  readonly processes: (ProcessReading | null)[];
  readonly pressure: PressureReading[];
  readonly gpu: Promise<GpuReading | null>[];
}

/** Begins to read. What the machine doesn't tell stays null. */
export function watchSensors(options: SensorOptions): SensorWatch {
  const { sys = '/sys', proc = '/proc', readGpu, measuredPids } = options;
  const readSensors = findSensors(sys);
  const readings: Readings = { sensors: [], processes: [], pressure: [], gpu: [] };
  let timer: NodeJS.Timeout | undefined;
  let summary: Promise<SensorSummary> | null = null;
  let nextGpuMs = 0;
  const read = (last: boolean): void => {
    const beganMs = nowMs();
    readings.processes.push(readProcesses(beganMs, proc));
    readings.sensors.push(readSensors());
    readings.pressure.push(readPressure(beganMs, proc));
    const tookMs = nowMs() - beganMs;
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
  const { pressure, sensors } = readings;
  const processes = readings.processes.filter((reading) => reading !== null);
  return {
    ...summarizeSensors(sensors),
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

/** Looks once for what the machine has; the function reads it. */
function findSensors(root: string): () => SensorReading {
  if (process.platform !== 'linux')
    return () => ({ frequenciesMhz: [], temperaturesC: [], throttleCount: null, powerSource: 'unknown' });
  const cpus = join(root, 'devices/system/cpu');
  const cores = list(cpus).filter((name) => /^cpu\d+$/.test(name));
  const frequencyFiles = readable(cores.map((core) => join(cpus, core, 'cpufreq/scaling_cur_freq')));
  const throttleFiles = readable(cores.map((core) => join(cpus, core, 'thermal_throttle/core_throttle_count')));
  const thermal = join(root, 'class/thermal');
  const zones = list(thermal).filter((name) => name.startsWith('thermal_zone'));
  const temperatureFiles = readable(zones.map((zone) => join(thermal, zone, 'temp')));
  const readPowerSource = findPowerSupplies(join(root, 'class/power_supply'));
  return () => {
    const frequencies = numbers(frequencyFiles);
    const throttles = numbers(throttleFiles);
    return {
      // The busiest core's clock: idle ones clock down without meaning anything.
      frequenciesMhz: frequencies.length === 0 ? [] : [Math.max(...frequencies) / 1000],
      temperaturesC: numbers(temperatureFiles).map((milli) => milli / 1000),
      throttleCount: throttles.length === 0 ? null : throttles.reduce((sum, count) => sum + count, 0),
      powerSource: readPowerSource(),
    };
  };
}

function findPowerSupplies(folder: string): () => SensorSummary['powerSource'] {
  const supplies = list(folder).map((name) => ({ name, type: readSmallFile(join(folder, name, 'type'))?.trim() }));
  const onlineFiles = supplies.filter(({ type }) => type !== 'Battery').map(({ name }) => join(folder, name, 'online'));
  const statusFiles = supplies.filter(({ type }) => type === 'Battery').map(({ name }) => join(folder, name, 'status'));
  return () => {
    if (numbers(onlineFiles).includes(1)) return 'ac';
    return statusFiles.some((file) => readSmallFile(file)?.trim() === 'Discharging') ? 'battery' : 'unknown';
  };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const readable = (files: readonly string[]): string[] => files.filter((file) => readSmallFile(file) !== null);

const numbers = (files: readonly string[]): number[] =>
  files
    .map((file) => readSmallFile(file)?.trim() ?? '')
    .filter((content) => content !== '')
    .map(Number)
    .filter(Number.isFinite);

/** Clock, heat and power while a cell is measured, read from the parent, at most once a second. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SensorSummary } from '../engine/measure/interference.ts';

interface SensorReading {
  readonly frequenciesMhz: readonly number[];
  readonly temperaturesC: readonly number[];
  /** Times that any core was slowed for heat since the start of the machine. */
  readonly throttleCount: number | null;
  readonly powerSource: SensorSummary['powerSource'];
}

export interface SensorWatch {
  /** Takes a last reading and sums up. */
  readonly end: () => Promise<SensorSummary>;
}

const intervalMs = 1_000;

/** Begins to read; `root` stands for `/sys`. What the machine doesn't tell stays null. */
export function watchSensors(root = '/sys'): SensorWatch {
  const readings: Promise<SensorReading>[] = [readSensors(root)];
  const timer = setInterval(() => readings.push(readSensors(root)), intervalMs);
  timer.unref();
  return {
    end: async () => {
      clearInterval(timer);
      return summarizeSensors(await Promise.all([...readings, readSensors(root)]));
    },
  };
}

/** What several readings say together. */
export function summarizeSensors(readings: readonly SensorReading[]): SensorSummary {
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

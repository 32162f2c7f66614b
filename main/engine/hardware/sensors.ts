import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cpuCurrentSpeed, cpuTemperature, mem } from 'systeminformation';
import { withDeadline } from './run-tool.ts';

const text = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => null,
  );
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Drivers of CPU sensors under `/sys/class/hwmon`, and types of CPU zones under `/sys/class/thermal`. */
const cpuSensors = /^(coretemp|k10temp|zenpower|cpu_thermal|soc_thermal)$/;
const cpuZones = /x86_pkg_temp|cpu|soc/i;

/** Hottest CPU sensor, °C; null where the machine doesn't tell. */
export async function readCpuTemperature(sys = '/sys'): Promise<number | null> {
  if (process.platform !== 'linux') {
    const told = await withDeadline('The CPU temperature', 1_000, cpuTemperature()).catch(() => null);
    return positive(told?.max) ?? positive(told?.main);
  }
  const readings: (number | null)[] = [];
  for (const monitor of await names(join(sys, 'class/hwmon'))) {
    const folder = join(sys, 'class/hwmon', monitor);
    if (!cpuSensors.test((await text(join(folder, 'name'))) ?? '')) continue;
    for (const file of await names(folder))
      if (/^temp\d+_input$/.test(file)) readings.push(thousandths(await text(join(folder, file))));
  }
  if (readings.length === 0) {
    for (const zone of await names(join(sys, 'class/thermal'))) {
      const folder = join(sys, 'class/thermal', zone);
      if (cpuZones.test((await text(join(folder, 'type'))) ?? ''))
        readings.push(thousandths(await text(join(folder, 'temp'))));
    }
  }
  return highest(readings);
}

/** Mean frequency of the cores now, MHz; null where the machine doesn't tell. */
export async function readCpuFrequency(sys = '/sys', cpuinfo = '/proc/cpuinfo'): Promise<number | null> {
  if (process.platform !== 'linux') {
    const told = await withDeadline('The CPU frequency', 1_000, cpuCurrentSpeed()).catch(() => null);
    return told === null || !(told.avg > 0) ? null : Math.round(told.avg * 1000);
  }
  const folder = join(sys, 'devices/system/cpu');
  const cores = (await names(folder)).filter((name) => /^cpu\d+$/.test(name));
  const kilohertz = await Promise.all(cores.map((core) => text(join(folder, core, 'cpufreq/scaling_cur_freq'))));
  const scaled = kilohertz.map((value) => positive(thousandths(value))).filter((value) => value !== null);
  if (scaled.length > 0) return Math.round(mean(scaled));
  const told = [...((await text(cpuinfo)) ?? '').matchAll(/^cpu MHz\s*:\s*([\d.]+)/gm)].map((match) =>
    Number(match[1]),
  );
  return told.length === 0 ? null : Math.round(mean(told));
}

/** `MemTotal` and what of it is not available, bytes, of `/proc/meminfo`; null where a line is missing. */
export function memoryFromMeminfo(meminfo: string): { readonly usedBytes: number; readonly totalBytes: number } | null {
  const kibibytes = (name: string): number | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo);
    return match ? Number(match[1]) : null;
  };
  const total = kibibytes('MemTotal');
  const available = kibibytes('MemAvailable');
  return total === null || available === null
    ? null
    : { usedBytes: (total - available) * 1024, totalBytes: total * 1024 };
}

/** Memory in use and in all, bytes; null where the machine doesn't tell. */
export async function readMemory(): Promise<{ readonly usedBytes: number | null; readonly totalBytes: number | null }> {
  if (process.platform === 'linux') {
    const told = memoryFromMeminfo((await text('/proc/meminfo')) ?? '');
    return told ?? { usedBytes: null, totalBytes: totalmem() };
  }
  const told = await withDeadline('The memory in use', 1_000, mem()).catch(() => null);
  return { usedBytes: told === null ? null : told.total - told.available, totalBytes: totalmem() };
}

/** The first of amdgpu's load and memory files under `/sys/class/drm`; null where there is no such GPU. */
export async function readAmdGpu(sys = '/sys'): Promise<{
  readonly load: number | null;
  readonly memoryUsedBytes: number | null;
  readonly temperatureC: number | null;
} | null> {
  for (const card of (await names(join(sys, 'class/drm'))).filter((name) => /^card\d+$/.test(name)).sort()) {
    const folder = join(sys, 'class/drm', card, 'device');
    const busy = await text(join(folder, 'gpu_busy_percent'));
    if (busy === null) continue;
    const monitors = await names(join(folder, 'hwmon'));
    const temperature =
      monitors[0] === undefined ? null : thousandths(await text(join(folder, 'hwmon', monitors[0], 'temp1_input')));
    const used = await text(join(folder, 'mem_info_vram_used'));
    return {
      load: Number(busy) / 100,
      memoryUsedBytes: used === null ? null : Number(used),
      temperatureC: temperature,
    };
  }
  return null;
}

const positive = (value: number | null | undefined): number | null =>
  typeof value === 'number' && value > 0 ? value : null;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function thousandths(value: string | null): number | null {
  return value === null || value === '' || !Number.isFinite(Number(value)) ? null : Number(value) / 1000;
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

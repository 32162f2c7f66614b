/** Clock, power, load and heat of the GPU now, as its driver tells them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';

/** Null where the driver doesn't tell. */
export interface GpuState {
  readonly clockMhz: number | null;
  readonly powerW: number | null;
  /** 0–1. */
  readonly load: number | null;
  readonly temperatureC: number | null;
}

const deadlineMs = 1_000;

/** Asks nvidia-smi, then amdgpu's files under `/sys`, for the first GPU; what neither knows gives null, from then on at once. */
export function createGpuState(sys = '/sys', tool = 'nvidia-smi'): () => Promise<GpuState | null> {
  let nvidia = true;
  return async () => {
    if (nvidia) {
      const query = '--query-gpu=clocks.gr,power.draw,utilization.gpu,temperature.gpu';
      const answer = await runTool(tool, [query, '--format=csv,noheader,nounits'], deadlineMs);
      const state = answer.ok ? parseNvidiaState(answer.stdout) : null;
      if (state !== null) return state;
      nvidia = false;
    }
    return readAmdState(sys);
  };
}

/** The first row of `clocks.gr, power.draw, utilization.gpu, temperature.gpu` in MHz, W, % and °C; null where there is none. */
export function parseNvidiaState(csv: string): GpuState | null {
  const [clock, power, load, temperature, ...rest] = csv.split(/\r?\n/)[0]!.split(',');
  if (temperature === undefined || rest.length > 0) return null;
  const percent = numberOrNull(load);
  return {
    clockMhz: numberOrNull(clock),
    powerW: numberOrNull(power),
    load: percent === null ? null : percent / 100,
    temperatureC: numberOrNull(temperature),
  };
}

/** hwmon counts clocks in Hz, power in µW, heat in 1/1000 °C. kernel.org, drm/amdgpu thermal. */
async function readAmdState(sys: string): Promise<GpuState | null> {
  const cards = (await readdir(join(sys, 'class/drm')).catch(() => [])).filter((name) => /^card\d+$/.test(name)).sort();
  for (const card of cards) {
    const folder = join(sys, 'class/drm', card, 'device');
    const busy = await scaled(join(folder, 'gpu_busy_percent'), 0.01);
    if (busy === null) continue;
    const [monitor] = await readdir(join(folder, 'hwmon')).catch(() => []);
    const sensor = (file: string, factor: number): Promise<number | null> =>
      monitor === undefined ? Promise.resolve(null) : scaled(join(folder, 'hwmon', monitor, file), factor);
    return {
      clockMhz: await sensor('freq1_input', 1e-6),
      powerW: (await sensor('power1_average', 1e-6)) ?? (await sensor('power1_input', 1e-6)),
      load: busy,
      temperatureC: await sensor('temp1_input', 1e-3),
    };
  }
  return null;
}

async function scaled(path: string, factor: number): Promise<number | null> {
  const value = numberOrNull(await readFile(path, 'utf8').catch(() => undefined));
  return value === null ? null : value * factor;
}

function numberOrNull(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || !Number.isFinite(Number(trimmed)) ? null : Number(trimmed);
}

import { setTimeout as pause } from 'node:timers/promises';
import type { TelemetryReading } from '../../../shared/hardware.ts';
import type { Clock } from '../ports.ts';
import { loadBetween, readCpuTimes } from './cpu-load.ts';
import type { CpuTimes } from './cpu-load.ts';
import { askNvidiaSmi } from './nvidia-smi.ts';
import { readPowerSource } from './power.ts';
import { readAmdGpu, readCpuFrequency, readCpuTemperature, readMemory } from './sensors.ts';

/** Loads are means over at least this long. */
const shortestIntervalMs = 100;
/** What asking a GPU costs (a process) must not disturb what is measured. */
const gpuIntervalMs = 5_000;

type GpuReading = Pick<TelemetryReading, 'gpuLoad' | 'gpuMemoryUsedBytes' | 'gpuTemperatureC'>;
const noGpu: GpuReading = { gpuLoad: null, gpuMemoryUsedBytes: null, gpuTemperatureC: null };

/** Gives one reading a call; the CPU's load is the mean since the call before (at the first call, over 100 ms). */
export function createTelemetry(clock: Clock): () => Promise<TelemetryReading> {
  let before: { readonly times: CpuTimes | null; readonly at: number } | null = null;
  let gpu: { readonly reading: GpuReading; readonly at: number } | null = null;
  let nvidia = true;

  const readGpu = async (): Promise<GpuReading> => {
    const now = clock.now();
    if (gpu !== null && now - gpu.at < gpuIntervalMs && now >= gpu.at) return gpu.reading;
    const answer = nvidia ? await askNvidiaSmi(1_000) : { gpus: [] };
    // It will not appear while this process runs: a driver's installation asks for a restart.
    nvidia = 'gpus' in answer && answer.gpus.length > 0;
    const first = 'gpus' in answer ? answer.gpus[0] : undefined;
    const amd = first === undefined ? await readAmdGpu() : null;
    const reading = first
      ? { gpuLoad: first.load, gpuMemoryUsedBytes: first.memoryUsedBytes, gpuTemperatureC: first.temperatureC }
      : amd
        ? { gpuLoad: amd.load, gpuMemoryUsedBytes: amd.memoryUsedBytes, gpuTemperatureC: amd.temperatureC }
        : noGpu;
    gpu = { reading, at: now };
    return reading;
  };

  const readLoad = async (): Promise<number | null> => {
    if (before === null) {
      before = { times: await readCpuTimes(), at: clock.now() };
      await pause(shortestIntervalMs);
    }
    const times = await readCpuTimes();
    const load = loadBetween(before.times, times);
    before = { times, at: clock.now() };
    return load;
  };

  return async () => {
    const [cpuLoad, memory, cpuTemperatureC, cpuFrequencyMhz, gpuReading, powerSource] = await Promise.all([
      readLoad(),
      readMemory(),
      readCpuTemperature(),
      readCpuFrequency(),
      readGpu(),
      readPowerSource(),
    ]);
    return {
      at: clock.now(),
      cpuLoad,
      memoryUsedBytes: memory.usedBytes,
      memoryTotalBytes: memory.totalBytes,
      cpuTemperatureC,
      cpuFrequencyMhz,
      ...gpuReading,
      powerSource,
    };
  };
}

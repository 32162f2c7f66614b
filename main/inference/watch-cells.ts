/** Watches the machine while the processes of cells are measured. */
import type { ProviderName } from '../../shared/hardware.ts';
import type { SensorSummary } from '../engine/measure/interference.ts';
import { watchSensors } from './machine-sensors.ts';
import type { SensorWatch } from './machine-sensors.ts';
import type { CellProcess, RunnerOptions } from './start-cell.ts';

const onProcessor: ReadonlySet<ProviderName> = new Set(['cpu', 'xnnpack']);

/** What is known of a machine that nobody watched. */
export const unwatched: SensorSummary = {
  ...{ frequencyMinMhz: null, frequencyMaxMhz: null, temperatureMaxC: null, throttled: null, powerSource: 'unknown' },
  ...{ processes: null, cpuPressure: null, memoryPressure: null, gpu: null },
};

/** Begins at once; null where nobody is to watch. */
export function watchCells(
  options: RunnerOptions,
  cells: Iterable<Pick<CellProcess, 'pid'>>,
  providers: readonly ProviderName[],
): SensorWatch | null {
  if (options.watch === false) return null;
  const measuredPids = new Set([...cells].flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  const onGpu = options.readGpu !== undefined && providers.some((provider) => !onProcessor.has(provider));
  return watchSensors({ measuredPids, ...(onGpu ? { readGpu: options.readGpu } : {}) });
}

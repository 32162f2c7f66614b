import { describe, expect, test } from 'vitest';
import { judgeInterference } from '../../../main/engine/measure/interference.ts';
import type { CpuReading, SensorSummary } from '../../../main/engine/measure/interference.ts';

const reading = (
  atMs: number,
  busyMs: number | null,
  ownMs: number,
  changes: Partial<CpuReading> = {},
): CpuReading => ({
  ...{ atMs, busyMs, stealMs: 0, ownMs, involuntaryContextSwitches: 3, runQueueMs: 0, ...changes },
});
const quiet: SensorSummary = {
  ...{ frequencyMinMhz: 3_000, frequencyMaxMhz: 3_050, temperatureMaxC: 60, throttled: false, powerSource: 'ac' },
  ...{ processes: { offenders: [], busyShare: 0, watchedMs: 10_000 }, cpuPressure: 0.1, memoryPressure: 0, gpu: null },
};
const quietReadings = [{ begin: reading(0, 0, 0), end: reading(10_000, 11_000, 10_000) }];

describe('interference', () => {
  test('a quiet run is quiet, and names no cause', () => {
    expect(judgeInterference(quietReadings, quiet)).toMatchObject({ otherCpuCores: 0.1, noisy: false, causes: [] });
  });

  test('the process that took the time is named, with its share and for how long', () => {
    const offenders = [
      { pid: 4242, name: 'backup', cores: 0.38, busyMs: 6_000 },
      { pid: 17, name: 'indexer', cores: 0.2, busyMs: 1_000 },
    ];
    const processes = { offenders, busyShare: 0.3, watchedMs: 10_000 };
    const { noisy, causes } = judgeInterference(quietReadings, { ...quiet, processes });
    expect(noisy).toBe(true);
    expect(causes).toEqual(['another process used 38% of a core during 6.0 of 10.0 s: 4242, backup; then 17, indexer']);
  });

  test('time that no process owns up to is told as it is', () => {
    const readings = [{ begin: reading(0, 0, 0), end: reading(10_000, 14_000, 10_000) }];
    expect(judgeInterference(readings, quiet).causes).toEqual(['other processes used 0.40 cores']);
  });

  test.each<[string, Partial<CpuReading>, Partial<SensorSummary>]>([
    ['the hypervisor took 0.10 cores', { stealMs: 1_000 }, {}],
    ['the cell waited for a core during 12% of the time', { runQueueMs: 1_200 }, {}],
    ['processes waited for memory during 3.0% of the time', {}, { memoryPressure: 0.03 }],
    ['the processor throttled for heat', {}, { throttled: true }],
    ['the clock varied from 2000 to 3000 MHz', {}, { frequencyMinMhz: 2_000, frequencyMaxMhz: 3_000 }],
    [
      'the clock of the GPU varied from 1000 to 2000 MHz',
      {},
      {
        gpu: { clockMinMhz: 1_000, clockMaxMhz: 2_000, powerMaxW: 200, loadMax: 1, temperatureMaxC: 70 },
      },
    ],
    ['the machine ran on battery', {}, { powerSource: 'battery' }],
  ])('%s', (cause, end, sensors) => {
    const readings = [{ begin: reading(0, 0, 0), end: reading(10_000, 11_000, 10_000, end) }];
    expect(judgeInterference(readings, { ...quiet, ...sensors })).toMatchObject({ noisy: true, causes: [cause] });
  });

  test('parallel processes of the cell are no neighbours', () => {
    const own = { begin: reading(0, 0, 0), end: reading(10_000, 20_000, 10_000) };
    expect(judgeInterference([own, own], quiet)).toMatchObject({ otherCpuCores: 0, noisy: false });
  });

  test('what the machine does not tell stays blank, with the reason, and is no cause', () => {
    const nothing = { stealMs: null, involuntaryContextSwitches: null, runQueueMs: null };
    const blind = [{ begin: reading(0, null, 0, nothing), end: reading(10_000, null, 1, nothing) }];
    const result = judgeInterference(blind, {
      ...{ frequencyMinMhz: null, frequencyMaxMhz: null, temperatureMaxC: null, throttled: null },
      ...{ powerSource: 'unknown', processes: null, cpuPressure: null, memoryPressure: null, gpu: null },
    });
    expect(result).toMatchObject({ otherCpuCores: null, stealCores: null, throttled: null, noisy: false, causes: [] });
    for (const field of ['otherCpuCores', 'busyShare', 'stealCores', 'runQueueShare', 'throttled', 'gpu']) {
      expect(result.blanks).toHaveProperty(field);
    }
    expect(judgeInterference(quietReadings, quiet).blanks).toEqual({
      gpu: 'no GPU was measured, or its driver tells nothing',
    });
  });
});

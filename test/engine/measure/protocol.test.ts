import { describe, expect, test } from 'vitest';
import { judgeInterference } from '../../../main/engine/measure/interference.ts';
import type { CpuReading } from '../../../main/engine/measure/interference.ts';
import { highestRateWithinBound, measureServer } from '../../../main/engine/measure/measure-server.ts';
import { measureStream } from '../../../main/engine/measure/measure-stream.ts';
import { warmUp } from '../../../main/engine/measure/warm-up.ts';
import { seededRandom } from '../../../main/engine/measure/compare/resampled-quantile.ts';

/** A machine whose inferences take as long as told; time passes only while one runs or is waited for. */
function machine(latencyMs: (turn: number) => number) {
  let time = 1_000;
  let turns = 0;
  return {
    nowMs: () => time,
    infer: async () => {
      time += latencyMs(turns);
      turns += 1;
    },
    waitUntil: async (until: number) => {
      time = Math.max(time, until);
    },
  };
}
const measure = {
  minDurationMs: 100,
  minSamples: 50,
  targetRelativeInterval: 0.01,
  maxDurationMs: 5_000,
  warmupMinMs: 30,
  warmupMaxMs: 2_000,
  warmupTolerance: 0.05,
};

describe('warm-up', () => {
  test('goes on while latencies fall, and ends when they are steady', async () => {
    const { durationMs, inferences, steady } = await warmUp(
      machine((turn) => 1 + 20 * 0.95 ** turn),
      measure,
    );
    expect(steady).toBe(true);
    expect(inferences).toBeGreaterThan(40);
    expect(durationMs).toBeLessThan(2_000);
  });
  test('ends at its cap when they never are, and says so', async () => {
    const result = await warmUp(
      machine((turn) => 1.05 ** turn),
      measure,
    );
    expect(result.steady).toBe(false);
    expect(result.durationMs).toBeGreaterThanOrEqual(2_000);
  });
});

describe('measuring', () => {
  test('ends when duration, count and interval are all met', async () => {
    const steady = await measureStream(
      machine(() => 1),
      { measure },
    );
    expect(steady).toMatchObject({ stopped: 'converged' });
    expect(steady.record.count()).toBe(100);
    const slow = await measureStream(
      machine(() => 50),
      { measure },
    );
    expect(slow.record.count()).toBe(50);
  });
  test('goes on for a wide interval up to the cap', async () => {
    const random = seededRandom(1);
    const wide = await measureStream(
      machine(() => 10 * random() + 5),
      { measure },
    );
    expect(wide.stopped).toBe('duration cap');
    expect(wide.endedMs - wide.beganMs).toBeGreaterThanOrEqual(5_000);
  });
});

describe('the server scenario', () => {
  const serve = (latencyMs: number, queriesPerSecond: number) => {
    const stopwatch = machine(() => latencyMs);
    return measureServer(stopwatch, {
      measure: { ...measure, minDurationMs: 20_000, minSamples: 700, targetRelativeInterval: 1, maxDurationMs: 60_000 },
      queriesPerSecond,
      latencyBoundMs: 50,
      random: seededRandom(2),
      waitUntil: stopwatch.waitUntil,
    });
  };
  test('counts latency from arrival: waiting in line follows the M/D/1 queue', async () => {
    const { record, server } = await serve(5, 100);
    // Pollaczek–Khinchine with load 0.5: wait = 5·0.5/(2·0.5) = 2.5 ms on average.
    const mean = record.samplesMs().reduce((sum, value) => sum + value, 0) / record.count();
    expect(mean).toBeGreaterThan(6.9);
    expect(mean).toBeLessThan(8.1);
    expect(server.withinBound).toBe(true);
  });
  test('more than can be served breaks the bound', async () => {
    const { server, unserved } = await serve(12, 100);
    expect(server.withinBound).toBe(false);
    expect(unserved).toBeGreaterThan(0);
  });
  test('the highest rate is the last before the first that failed', () => {
    const rate = (offeredPerSecond: number, withinBound: boolean) => ({ offeredPerSecond, withinBound });
    expect(highestRateWithinBound([rate(200, true), rate(50, true), rate(100, false)])).toBe(50);
    expect(highestRateWithinBound([rate(50, false), rate(100, true)])).toBeNull();
  });
});

describe('interference', () => {
  const reading = (atMs: number, busyMs: number | null, ownMs: number, stealMs: number | null = 0): CpuReading => ({
    ...{ atMs, busyMs, stealMs, ownMs, involuntaryContextSwitches: 3 },
  });
  const quiet = {
    frequencyMinMhz: 3_000,
    frequencyMaxMhz: 3_050,
    temperatureMaxC: 60,
    throttled: false,
    powerSource: 'ac',
  } as const;
  test('a quiet run is quiet, and names no cause', () => {
    const readings = [{ begin: reading(0, 0, 0), end: reading(10_000, 11_000, 10_000) }];
    expect(judgeInterference(readings, quiet)).toMatchObject({ otherCpuCores: 0.1, noisy: false, causes: [] });
  });
  test('a neighbour, a hypervisor, heat, a wandering clock and a battery are named with figures', () => {
    const readings = [{ begin: reading(0, 0, 0), end: reading(10_000, 14_000, 10_000, 1_000) }];
    const { noisy, causes } = judgeInterference(readings, {
      ...{
        frequencyMinMhz: 2_000,
        frequencyMaxMhz: 3_000,
        temperatureMaxC: 99,
        throttled: true,
        powerSource: 'battery',
      },
    });
    expect(noisy).toBe(true);
    expect(causes).toHaveLength(5);
    expect(causes[0]).toContain('0.40 cores');
  });
  test('parallel processes of the cell are no neighbours', () => {
    const own = { begin: reading(0, 0, 0), end: reading(10_000, 20_000, 10_000) };
    expect(judgeInterference([own, own], quiet)).toMatchObject({ otherCpuCores: 0, noisy: false });
  });
  test('what the machine does not tell stays blank', () => {
    const blind = [{ begin: reading(0, null, 0, null), end: reading(10_000, null, 1, null) }];
    const sensors = {
      frequencyMinMhz: null,
      frequencyMaxMhz: null,
      temperatureMaxC: null,
      throttled: null,
      powerSource: 'unknown',
    } as const;
    expect(judgeInterference(blind, sensors)).toMatchObject({
      otherCpuCores: null,
      stealCores: null,
      throttled: null,
      noisy: false,
    });
  });
});

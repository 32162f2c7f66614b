import { describe, expect, test } from 'vitest';
import { highestRateWithinBound } from '../../../shared/kept-rates.ts';
import { measureServer } from '../../../main/engine/measure/measure-server.ts';
import { measureStream } from '../../../main/engine/measure/measure-stream.ts';
import { warmUp } from '../../../main/engine/measure/warm-up.ts';
import { seededRandom } from '../../../main/engine/measure/seeded-random.ts';

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

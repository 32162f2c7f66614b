import { expect, test } from 'vitest';
import { ratioOfTimes, timeByTurns } from '../../../main/engine/passes/time-by-turns.ts';
import type { Feeds } from '../../../main/engine/passes/pass.ts';

const feeds: readonly Feeds[] = [{}, {}];

/** Models that only note when they run. */
function notingModels(count: number, runs: number[]) {
  return Array.from({ length: count }, (_, model) => ({
    session: {
      run: () => {
        runs.push(model);
        return Promise.resolve({});
      },
    },
    feeds,
  }));
}

test('every model has one turn a round, beginning with another each time, and runs untimed before it is timed', async () => {
  const runs: number[] = [];
  const times = await timeByTurns(notingModels(3, runs), { leastRounds: 3, mostRounds: 3, durationMs: 0 });
  expect(times.map(({ length }) => length)).toEqual([3, 3, 3]);
  const turns = runs.filter((model, index) => model !== runs[index - 1]);
  // Two turns of one model in a row, at the end of a round and the start of the next, would look like one.
  expect(turns).toEqual([0, 1, 2, 1, 2, 0, 2, 0, 1]);
  for (const model of [0, 1, 2]) expect(runs.filter((one) => one === model).length).toBeGreaterThanOrEqual(6);
});

test('stops between turns when it is cancelled, with as many times of each model; nothing is timed without examples', async () => {
  const controller = new AbortController();
  const runs: number[] = [];
  const [first, second] = notingModels(2, runs);
  const stopping = { session: { run: () => (controller.abort(), Promise.resolve({})) }, feeds };
  const limits = { leastRounds: 5, mostRounds: 5, durationMs: 0, signal: controller.signal };
  expect(await timeByTurns([first!, stopping], limits)).toEqual([[expect.any(Number)], [expect.any(Number)]]);
  const idle = await timeByTurns([first!, { ...second!, feeds: [] }], {
    ...limits,
    signal: new AbortController().signal,
  });
  expect(ratioOfTimes(idle[1]!, idle[0]!)).toMatchObject({ value: null });
});

test('the ratio is the median of the ratios within rounds, with the interval of its ranks; of too few rounds there is none', () => {
  // Ratios 1.01 to 1.11 in some order: of 11 values the second and the tenth enclose the median with 95% (98.8%; Hahn & Meeker 1991, table A.15a).
  const times = [4, 1, 8, 2, 11, 6, 3, 10, 5, 9, 7].map((step, round) => (1 + step / 100) * (round + 1));
  const others = times.map((_, round) => round + 1);
  const { value, ...bounds } = ratioOfTimes(times, others);
  expect(value).toBeCloseTo(1.06);
  expect(bounds).toEqual({ low: expect.closeTo(1.02) as number, high: expect.closeTo(1.1) as number });
  expect(ratioOfTimes(times.slice(1), others.slice(1))).toMatchObject({ value: null });
});

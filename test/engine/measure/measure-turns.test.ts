import { expect, test } from 'vitest';
import { createTurns } from '../../../main/engine/measure/measure-turns.ts';

const measure = {
  ...{ minDurationMs: 50, minSamples: 20, targetRelativeInterval: 0.01, maxDurationMs: 200 },
  ...{ warmupMinMs: 0, warmupMaxMs: 0, warmupTolerance: 1 },
};
const lengths = { leadMs: 5, turnMs: 20 };

/** A machine on which the first inference after each call of `elsewhere` takes three times as long. */
function machine(latencyMs: number) {
  let [time, cold, inferences] = [0, true, 0];
  return {
    nowMs: () => time,
    infer: async () => {
      time += cold ? 3 * latencyMs : latencyMs;
      cold = false;
      inferences += 1;
    },
    elsewhere: () => {
      cold = true;
      time += 100;
    },
    inferences: () => inferences,
  };
}

test('a turn leaves out what warms the caches, times at least its length, and counts its samples', async () => {
  const own = machine(2);
  const turns = createTurns(own, measure);
  for (let turn = 0; turn < 3; turn += 1) {
    await turns.take(lengths);
    own.elsewhere();
  }
  expect(turns.counts()).toEqual([10, 10, 10]);
  expect([...turns.record.samplesMs()]).toEqual(new Array(30).fill(2));
  expect(own.inferences()).toBe(30 + 3);
});

test('only timed inferences count for the stopping rule, which is met once', async () => {
  const own = machine(2);
  const turns = createTurns(own, measure);
  expect(await turns.take(lengths)).toEqual({ elapsedMs: 20, stopped: null });
  expect(await turns.take(lengths)).toEqual({ elapsedMs: 40, stopped: null });
  expect(await turns.take(lengths)).toEqual({ elapsedMs: 60, stopped: 'converged' });
  for (let turn = 0; turn < 8; turn += 1) await turns.take(lengths);
  expect(await turns.take(lengths)).toEqual({ elapsedMs: 240, stopped: 'converged' });
});

test('a slow model is timed once a turn, without a lead after the first', async () => {
  const own = machine(70);
  const turns = createTurns(own, measure);
  await turns.take(lengths);
  await turns.take(lengths);
  expect(await turns.take(lengths)).toEqual({ elapsedMs: 210, stopped: 'duration cap' });
  expect(turns.counts()).toEqual([1, 1, 1]);
  expect(own.inferences()).toBe(4);
});

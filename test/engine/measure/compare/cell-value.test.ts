import { expect, test } from 'vitest';
import { valueOverRounds } from '../../../../main/engine/measure/compare/cell-value.ts';
import { roundValue } from '../../../../main/engine/measure/compare/round-value.ts';
import type { RoundSamples } from '../../../../main/engine/measure/compare/round-value.ts';
import { seededRandom, simulateNight, usualMachine } from '../../../fixtures/simulated-rounds.ts';

const values = (rounds: readonly RoundSamples[]) => rounds.map((round) => roundValue(round, 'p50')!);

test('the interval over rounds holds what the cell takes in 90–98% of nights, where runs differ by far more than they know', () => {
  const nights = 300;
  let [held, heldByOneRun] = [0, 0];
  for (let night = 0; night < nights; night += 1) {
    const [rounds] = simulateNight(seededRandom(night), [1], 5, { ...usualMachine, samples: 150 });
    const { low, high } = valueOverRounds(values(rounds!), night)!;
    if (low <= 2 && 2 <= high) held += 1;
    const first = roundValue(rounds![0]!, 'p50')!;
    if (Math.abs(Math.exp(first.log) - 2) < 0.01) heldByOneRun += 1;
  }
  expect(held / nights).toBeGreaterThan(0.9);
  expect(held / nights).toBeLessThan(0.98);
  expect(heldByOneRun / nights).toBeLessThan(0.5);
});

test('fewer than three rounds have none', () => {
  const [rounds] = simulateNight(seededRandom(1), [1], 2);
  expect(valueOverRounds(values(rounds!))).toBeNull();
});

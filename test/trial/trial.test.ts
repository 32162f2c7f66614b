import { expect, test } from 'vitest';
import { seededRandom, simulateNight, simulateRun, usualMachine } from '../fixtures/simulated-rounds.ts';
import { coverageOf } from './coverage.ts';
import { blockFigures } from './figures.ts';
import { naiveVerdict } from './measure-block.ts';
import type { BlockResult } from './measure-block.ts';

test('the naive rule calls a machine against itself different, night after night', () => {
  const machine = { ...usualMachine, runSpread: 0.01 };
  const wrong = Array.from({ length: 50 }, (_, seed) => {
    const [a, b] = simulateNight(seededRandom(seed), [1, 1], 5, machine);
    return naiveVerdict(a!, b!);
  }).filter((verdict) => verdict !== 'no difference found');
  expect(wrong.length).toBeGreaterThan(25);
});

test('coverage of simulated samples is what it should be', () => {
  const steady = simulateRun(seededRandom(1), 2, { ...usualMachine, samples: 60_000 });
  const { covered, coveredIfIndependent, samplesEach } = coverageOf(steady, 200);
  expect(samplesEach).toBe(300);
  for (const share of [covered, coveredIfIndependent]) {
    expect(share).toBeGreaterThanOrEqual(0.9);
    expect(share).toBeLessThanOrEqual(0.985);
  }
  const dependent = coverageOf(
    simulateRun(seededRandom(2), 2, { ...usualMachine, noise: 'autocorrelated', samples: 200_000 }),
    200,
  );
  expect(dependent.coveredIfIndependent).toBeLessThan(dependent.covered);
});

test('figures stand beside their targets', () => {
  const verdict = { ratio: 1.03, low: 1.02, high: 1.04, detectable: 0.02, noisyRuns: 0, naive: 'slower' } as const;
  const block = (same: 'slower' | 'no difference found'): BlockResult => ({
    ...{ neighbour: false, medianMs: 2, noiseFloor: 0.006, medians: [] },
    verdicts: {
      same: { ...verdict, verdict: same },
      '3%': { ...verdict, verdict: 'no difference found', noisyRuns: 1 },
      '5%': { ...verdict, verdict: 'slower' },
      '10%': { ...verdict, verdict: 'faster' },
    },
  });
  const [title, wrong, three, five, , signs] = blockFigures([block('slower'), block('no difference found')], false);
  expect(title).toBe('Quiet: 2 blocks, median noise floor 0.6%');
  expect(wrong).toBe('  MISSED A/A wrong verdicts: 50.0% (target ≤ 2.0%); the naive t-test: 100.0%');
  expect(three).toContain('found 0.0%, not found 0.0%, not found among runs marked noisy 100.0%');
  expect(five).toMatch(/^ {2}met {4}A\/B 5% slower: found 100\.0%/);
  expect(signs).toContain('MISSED wrong signs');
  expect(blockFigures([block('slower')], true)).toEqual([]);
});

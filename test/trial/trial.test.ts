import { describe, expect, test } from 'vitest';
import { noises, seededRandom, simulateNight, simulateRun, usualMachine } from '../fixtures/simulated-rounds.ts';
import type { SimulatedMachine } from '../fixtures/simulated-rounds.ts';
import { coverageOf } from './coverage.ts';
import { coverageFigures, nightFigures } from './figures.ts';
import { disjoint, judgeNight, naiveVerdict } from './judge-night.ts';
import type { TrialVerdict } from './judge-night.ts';
import { cellsOf, fromLine, toLine } from './night.ts';
import type { Night } from './night.ts';

/** A night of the trial on a simulated machine. */
function simulatedNight(seed: number, copies: number, machine: SimulatedMachine): Night {
  const cells = cellsOf(copies);
  const ratios = cells.map((cell) => (typeof cell === 'number' ? 1 : 1 + Number.parseFloat(cell) / 100));
  const measured = simulateNight(seededRandom(seed), ratios, 5, machine);
  const runs = measured.flatMap((rounds, index) =>
    rounds.map((round) => ({ ...round, cell: cells[index]!, noisy: false, wallMs: 1 })),
  );
  return { neighbour: false, copies, rounds: 5, seed, runs };
}

describe('the trial on simulated samples', () => {
  for (const noise of noises) {
    test(`${noise}: verdicts meet the targets, the naive rule does not`, () => {
      const machine = { ...usualMachine, noise, samples: 250 };
      const verdicts = Array.from({ length: 5 }, (_, seed) => judgeNight(simulatedNight(seed + 1, 5, machine))).flat();
      const share = (candidate: TrialVerdict['candidate'], holds: (one: TrialVerdict) => boolean): number => {
        const of = verdicts.filter((one) => one.candidate === candidate);
        return of.filter(holds).length / of.length;
      };
      expect(verdicts.filter(({ candidate }) => candidate === 'same')).toHaveLength(50);
      expect(share('same', ({ verdict }) => verdict !== 'no difference found')).toBeLessThanOrEqual(0.03);
      expect(share('same', ({ naive }) => naive !== 'no difference found')).toBeGreaterThan(0.05);
      expect(share('3%', ({ verdict }) => verdict === 'slower')).toBeGreaterThanOrEqual(0.8);
      expect(share('5%', ({ verdict }) => verdict === 'slower')).toBeGreaterThanOrEqual(0.95);
      expect(share('10%', ({ verdict }) => verdict === 'slower')).toBe(1);
      expect(verdicts.filter(({ candidate, verdict }) => candidate !== 'same' && verdict === 'faster')).toEqual([]);
    });
  }
});

test('every pair of copies is compared once, each slowed model with each copy', () => {
  const verdicts = judgeNight(simulatedNight(1, 7, { ...usualMachine, samples: 50 }));
  const count = (candidate: TrialVerdict['candidate']): number =>
    verdicts.filter((one) => one.candidate === candidate).length;
  expect([count('same'), count('3%'), count('10%')]).toEqual([21, 7, 7]);
  expect([disjoint({ copies: 7 }, 'same'), disjoint({ copies: 7 }, '5%')]).toEqual([3, 1]);
});

test('a night comes back from its line as it was, and a quiet repeat counts instead of the noisy run', async () => {
  const night = simulatedNight(3, 3, { ...usualMachine, samples: 50 });
  const line = JSON.parse(JSON.stringify(await toLine(night))) as Awaited<ReturnType<typeof toLine>>;
  expect(fromLine(line)).toEqual(night);
  const disturbed = night.runs.map((run) =>
    run.cell === 0 && run.round === 2
      ? { ...run, noisy: true, samplesMs: run.samplesMs.map((sample) => sample * 3) }
      : run,
  );
  const repeat = night.runs.find(({ cell, round }) => cell === 0 && round === 2)!;
  expect(judgeNight({ ...night, runs: [...disturbed, repeat] })).toEqual(judgeNight(night));
  expect(judgeNight({ ...night, runs: disturbed })).not.toEqual(judgeNight(night));
});

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

test('figures stand beside their targets, with counts and intervals', () => {
  const verdict = { ratio: 1.03, noiseFloor: 0.006, detectable: 0.02, noisyRuns: 0, naive: 'slower' } as const;
  const night = simulatedNight(1, 3, { ...usualMachine, samples: 50 });
  const verdicts = [
    { ...verdict, candidate: 'same', verdict: 'slower' },
    { ...verdict, candidate: 'same', verdict: 'no difference found' },
    { ...verdict, candidate: '3%', verdict: 'no difference found', noisyRuns: 1 },
    { ...verdict, candidate: '5%', verdict: 'slower' },
    { ...verdict, candidate: '10%', verdict: 'faster' },
  ] as const;
  const [title, wrong, three, five, , signs] = nightFigures([{ night, verdicts }], false);
  expect(title).toContain('Quiet: 1 nights of 5 rounds, 30 runs, 0 of them marked noisy; median noise floor 0.6%');
  expect(wrong).toBe(
    '  MISSED A/A wrong verdicts: 1 of 2 = 50.0% (95% interval 9.5–90.5%; if only as many counted as share no run, 1: 5.5–94.5%), target ≤ 2.0%; the naive t-test: 100.0%',
  );
  expect(three).toContain('found 0 of 1 = 0.0%');
  expect(three).toContain('not found 0, not found among runs marked noisy 1, target ≥ 80.0%');
  expect(five).toMatch(/^ {2}met {4}A\/B 5% slower: found 1 of 1 = 100\.0%/);
  expect(signs).toContain('MISSED wrong signs among the A/B verdicts: 1 of 3, target 0');
  expect(nightFigures([{ night, verdicts }], true)).toEqual([]);
  const covered = { shortRuns: 200, covered: 0.95, coveredIfIndependent: 0.7, samplesEach: 300 };
  expect(coverageFigures([covered], [])[0]).toMatch(/met {4}the median's interval holds .* 190 of 200 = 95\.0%/);
});

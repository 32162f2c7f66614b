import { describe, expect, test } from 'vitest';
import { compareRounds } from '../../../../main/engine/measure/compare/compare-rounds.ts';
import { roundValue } from '../../../../main/engine/measure/compare/round-value.ts';
import type { RoundSamples } from '../../../../main/engine/measure/compare/round-value.ts';
import { differenceByTurns, fewestTurns, turnValues } from '../../../../main/engine/measure/compare/turn-pairs.ts';
import { seededRandom, simulateTurns } from '../../../fixtures/simulated-rounds.ts';

const inTurns = (turns: readonly (readonly number[])[], block = 'a') => ({
  samplesMs: Float64Array.from(turns.flat()),
  turns: { block, counts: turns.map(({ length }) => length) },
});
const valuesOf = ({ samplesMs, turns }: ReturnType<typeof inTurns>) => turnValues(samplesMs, turns, 'p50');

describe('the figures of turns', () => {
  const turns = Array.from({ length: fewestTurns }, (_, turn) => [turn + 1, turn + 2, turn + 9]);
  test('are the median of each, or its mean for throughput', () => {
    const { samplesMs, turns: cut } = inTurns(turns);
    const medians = [...turnValues(samplesMs, cut, 'p50')!.logs].map(Math.exp);
    medians.forEach((median, turn) => expect(median).toBeCloseTo(turn + 2, 12));
    const means = [...turnValues(samplesMs, cut, 'throughput')!.logs].map(Math.exp);
    means.forEach((mean, turn) => expect(mean).toBeCloseTo(turn + 4, 12));
  });
  test('are none for a tail, for too few turns, or where samples are missing', () => {
    const { samplesMs, turns: cut } = inTurns(turns);
    expect(turnValues(samplesMs, cut, 'p99')).toBeNull();
    expect(turnValues(samplesMs.subarray(1), cut, 'p50')).toBeNull();
    expect(valuesOf(inTurns(turns.slice(1)))).toBeNull();
  });
});

describe('a difference by turns', () => {
  test('is that of neighbours, whatever the machine did in between', () => {
    const levels = Array.from({ length: 20 }, (_, turn) => (turn % 7 < 3 ? 1.4 : 1));
    const baseline = valuesOf(inTurns(levels.map((level) => [2 * level])));
    const candidate = valuesOf(inTurns(levels.map((level) => [2 * 1.03 * level])));
    const { log, standardError } = differenceByTurns(candidate, baseline)!;
    expect(Math.exp(log)).toBeCloseTo(1.03, 12);
    expect(standardError).toBeLessThan(1e-12);
  });
  test('leaves out turns between which the machine changed, and takes what both have', () => {
    const baseline = valuesOf(inTurns(Array.from({ length: 40 }, () => [2])));
    const candidate = valuesOf(inTurns(Array.from({ length: 30 }, (_, turn) => [turn % 10 === 0 ? 4 : 2.02])));
    expect(Math.exp(differenceByTurns(candidate, baseline)!.log)).toBeCloseTo(1.01, 12);
  });
  test('is none between cells that took turns with others', () => {
    const turns = Array.from({ length: 20 }, () => [2]);
    expect(differenceByTurns(valuesOf(inTurns(turns, 'a')), valuesOf(inTurns(turns, 'b')))).toBeNull();
    expect(differenceByTurns(valuesOf(inTurns(turns)), null)).toBeNull();
  });
  test('has the standard error of a trimmed mean', () => {
    const random = seededRandom(5);
    const errors: number[] = [];
    const means: number[] = [];
    for (let night = 0; night < 400; night += 1) {
      const [a, b] = simulateTurns(random, [1, 1], 1, { switches: 0, runSpread: 0, turns: 40 });
      const of = ({ samplesMs, turns }: RoundSamples) => turnValues(samplesMs, turns!, 'p50');
      const { log, standardError } = differenceByTurns(of(b![0]!), of(a![0]!))!;
      means.push(log);
      errors.push(standardError);
    }
    const spread = Math.sqrt(means.reduce((sum, mean) => sum + mean * mean, 0) / means.length);
    const told = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(told / spread).toBeGreaterThan(0.88);
    expect(told / spread).toBeLessThan(1.14);
  });
});

// Without turns, five rounds of such a machine tell nothing below 20%.
describe('on a machine that switches between two speeds', () => {
  const machine = { switches: 0.02, runSpread: 0.003, turns: 50 };
  const tally = (ratio: number, count: number) => {
    const found = { faster: 0, slower: 0, 'no difference found': 0, inPieces: 0, covered: 0 };
    for (let night = 0; night < count; night += 1) {
      const cells = simulateTurns(seededRandom(2_000 + night), [1, ratio], 5, machine);
      const [baseline, candidate] = cells.map((rounds) => rounds.map((round) => roundValue(round, 'p50')!));
      const comparison = compareRounds(candidate!, baseline!, { seed: night, resamples: 200 })!;
      found[comparison.verdict] += 1;
      if (comparison.ratio.low <= ratio && ratio <= comparison.ratio.high) found.covered += 1;
      const pieces = [candidate!, baseline!].map((rounds) => rounds.map((value) => ({ ...value, turns: null })));
      const other = compareRounds(pieces[0]!, pieces[1]!, { seed: night, resamples: 200 })!;
      if (other.verdict === 'slower') found.inPieces += 1;
    }
    return found;
  };
  test('a cell is hardly ever called different from itself', () => {
    const { faster, slower, covered } = tally(1, 200);
    expect(faster + slower).toBeLessThanOrEqual(4);
    expect(covered).toBeGreaterThanOrEqual(180);
  });
  test('3% is found in more than 80%, which the runs as a whole would not show', () => {
    const { slower, faster, inPieces } = tally(1.03, 100);
    expect(slower).toBeGreaterThanOrEqual(80);
    expect(inPieces).toBeLessThan(40);
    expect(faster).toBe(0);
  });
});

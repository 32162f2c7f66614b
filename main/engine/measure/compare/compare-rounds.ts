/**
 * Whether one cell is faster than another, from rounds. What varies from round to round (clock, neighbours, memory
 * layout) is larger than what varies within one, so the rounds carry the uncertainty.
 */
import type { Comparison } from '../../../../shared/comparison.ts';
import { studentQuantile, studentTwoSided } from '../student-t.ts';
import { normalVariate } from './resampled-quantile.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Random } from '../seeded-random.ts';
import { meanLog, spreadOf, usualResamples } from './bootstrap-rounds.ts';
import type { Draws } from './bootstrap-rounds.ts';
import type { RoundValue } from './round-value.ts';
import { differenceByTurns } from './turn-pairs.ts';

export interface CompareOptions {
  readonly resamples?: number;
  readonly seed?: number;
  /** Relative difference that this machine shows between a cell and itself; smaller ones are not called differences. */
  readonly noiseFloor?: number;
  /** False compares rounds that were not measured side by side. */
  readonly paired?: boolean;
}

/** Fewer rounds leave the spread from round to round unknown. */
export const fewestRounds = 3;
/** Half of criterion's noise threshold; a control raises it. */
export const leastNoiseFloor = 0.005;
const alpha = 0.05;
const power = 0.8;

/**
 * Compares a candidate with a baseline; null where they have fewer than three rounds (in common, when paired).
 *
 * The estimate is the mean over rounds of the logarithm of the ratio, taken turn by turn where the cells took turns. Its standard error comes from a hierarchical
 * bootstrap (rounds, then samples within them; Davison & Hinkley 1997, 3.8), corrected for few rounds by √(k/(k−1)) with
 * Student's t of k−1 degrees of freedom (Hesterberg 2015, 5.3). Unpaired, the two sides' errors are joined with the
 * degrees of Welch and Satterthwaite (1947). It is a difference when the whole 95% interval lies beyond the noise floor.
 */
export function compareRounds(
  candidate: readonly RoundValue[],
  baseline: readonly RoundValue[],
  { resamples = usualResamples, seed = 1, noiseFloor = leastNoiseFloor, paired = true }: CompareOptions = {},
): Comparison | null {
  const random = seededRandom(seed);
  const error = paired
    ? pairedError(candidate, baseline, resamples, random)
    : unpairedError(candidate, baseline, resamples, random);
  if (error === null) return null;
  const { estimate, standardError, degrees, rounds, roundsByTurns } = error;
  const margin = studentQuantile(alpha, degrees) * standardError;
  const floor = Math.log1p(noiseFloor);
  const found = Math.abs(estimate) - margin > floor;
  return {
    ratio: { value: Math.exp(estimate), low: Math.exp(estimate - margin), high: Math.exp(estimate + margin) },
    verdict: !found ? 'no difference found' : estimate < 0 ? 'faster' : 'slower',
    pValue: beyondFloor(Math.abs(estimate) - floor, standardError, degrees),
    detectable: Math.expm1(floor + neededErrors(degrees) * standardError),
    ...{ noiseFloor, rounds, roundsByTurns, paired, standardError, degrees },
  };
}

/** Two-sided p-value of an excess over the noise floor; it is below alpha exactly where the interval clears the floor. */
function beyondFloor(excess: number, standardError: number, degrees: number): number {
  if (excess <= 0) return 1;
  return standardError === 0 ? 0 : studentTwoSided(excess / standardError, degrees);
}

/** Standard errors beyond the floor at which a difference is found 80% of the time. */
const neededErrors = (degrees: number): number =>
  studentQuantile(alpha, degrees) + studentQuantile(2 * (1 - power), degrees);

/**
 * How many rounds would find a relative difference of `difference` (0.02 = 2%) with a probability of 80%, at the spread
 * that this comparison showed; null where it is below the noise floor, which no number of rounds lowers.
 */
export function roundsToFind(comparison: Comparison, difference: number): number | null {
  const beyond = Math.log1p(difference) - Math.log1p(comparison.noiseFloor);
  if (beyond <= 0) return null;
  const perRound = comparison.standardError * Math.sqrt(comparison.rounds);
  const enough = (rounds: number): boolean => (neededErrors(rounds - 1) * perRound) / Math.sqrt(rounds) <= beyond;
  if (!enough(mostRounds)) return null;
  // More rounds always see more: halve the range.
  let [low, high] = [fewestRounds - 1, mostRounds];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
const mostRounds = 100_000;

interface ErrorOf {
  readonly estimate: number;
  readonly standardError: number;
  readonly degrees: number;
  readonly rounds: number;
  readonly roundsByTurns: number;
}

interface RoundDifference extends Draws {
  readonly byTurns: boolean;
}

function pairedError(
  candidate: readonly RoundValue[],
  baseline: readonly RoundValue[],
  resamples: number,
  random: Random,
): ErrorOf | null {
  const byRound = new Map(baseline.map((value) => [value.round, value]));
  const pairs = candidate.flatMap((value): RoundDifference[] => {
    const other = byRound.get(value.round);
    return other === undefined ? [] : [differenceOf(value, other)];
  });
  if (pairs.length < fewestRounds) return null;
  const degrees = pairs.length - 1;
  return {
    ...{ estimate: meanLog(pairs), standardError: spreadOf(pairs, resamples, random), degrees, rounds: pairs.length },
    roundsByTurns: pairs.filter(({ byTurns }) => byTurns).length,
  };
}

/** Of one round: turn by turn where the two took turns with each other, else between the figures of their runs. */
function differenceOf(value: RoundValue, other: RoundValue): RoundDifference {
  const byTurns = differenceByTurns(value.turns, other.turns);
  if (byTurns === null) {
    return {
      ...{ log: value.log - other.log, byTurns: false },
      draw: (source) => value.draw(source) - other.draw(source),
    };
  }
  const { log, standardError } = byTurns;
  return { log, byTurns: true, draw: (source) => log + standardError * normalVariate(source) };
}

function unpairedError(
  candidate: readonly RoundValue[],
  baseline: readonly RoundValue[],
  resamples: number,
  random: Random,
): ErrorOf | null {
  if (Math.min(candidate.length, baseline.length) < fewestRounds) return null;
  const variances = [candidate, baseline].map((side) => spreadOf(side, resamples, random) ** 2);
  const [a, b] = variances as [number, number];
  const [freedomA, freedomB] = [candidate.length - 1, baseline.length - 1];
  const degrees = a + b === 0 ? freedomA + freedomB : (a + b) ** 2 / (a ** 2 / freedomA + b ** 2 / freedomB);
  return {
    estimate: meanLog(candidate) - meanLog(baseline),
    standardError: Math.sqrt(a + b),
    ...{ degrees, rounds: Math.min(candidate.length, baseline.length), roundsByTurns: 0 },
  };
}

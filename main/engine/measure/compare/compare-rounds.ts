/**
 * Whether one cell is faster than another, from rounds measured side by side. What varies from round to round (clock,
 * neighbours, memory layout) is larger than what varies within one, so the rounds carry the uncertainty.
 */
import type { Estimate } from '../../../../shared/measurement.ts';
import { studentQuantile, studentTwoSided } from '../student-t.ts';
import { resampledQuantile, seededRandom } from './resampled-quantile.ts';
import type { Random } from './resampled-quantile.ts';

/** Latencies in ms of one cell in one round, ascending. */
export interface RoundSamples {
  readonly round: number;
  readonly sortedMs: Float64Array;
}

export interface CompareOptions {
  /** Which quantile is compared, 0–1; 0.5 is the median. */
  readonly quantile?: number;
  readonly resamples?: number;
  readonly seed?: number;
  /** Relative difference that this machine shows between a cell and itself; smaller ones are not called differences. */
  readonly noiseFloor?: number;
  /** Significance level for this one comparison; a table corrects it (`holm`). */
  readonly alpha?: number;
}

export type Verdict = 'faster' | 'slower' | 'no difference found';

export interface Comparison {
  /** Latency of the candidate over that of the baseline; below 1 is faster. 95% interval at the default `alpha`. */
  readonly ratio: Estimate;
  readonly verdict: Verdict;
  /** Two-sided, for the ratio being 1. */
  readonly pValue: number;
  /** The smallest relative difference that would have been found with a probability of 80%. */
  readonly detectable: number;
  readonly noiseFloor: number;
  readonly rounds: number;
}

/** Fewer rounds leave the spread from round to round unknown. */
export const fewestRounds = 3;
const power = 0.8;
const usualNoiseFloor = 0.01;

/**
 * Compares a candidate with a baseline over the rounds that both have; null where those are fewer than three.
 *
 * The estimate is the geometric mean over rounds of the ratio of the two quantiles. Its standard error comes from a
 * hierarchical bootstrap (rounds, then samples within them; Davison & Hinkley 1997, 3.8), corrected for few rounds by
 * √(k/(k−1)) and Student's t with k−1 degrees of freedom (Hesterberg 2015, "What Teachers Should Know About the
 * Bootstrap", 5.3). The floor defaults to criterion's noise threshold of 1%.
 */
export function compareRounds(
  candidate: readonly RoundSamples[],
  baseline: readonly RoundSamples[],
  options: CompareOptions = {},
): Comparison | null {
  const { quantile = 0.5, resamples = 2_000, seed = 1, noiseFloor = usualNoiseFloor, alpha = 0.05 } = options;
  const pairs = pairedRounds(candidate, baseline);
  if (pairs.length < fewestRounds) return null;
  const degrees = pairs.length - 1;
  const estimate = mean(pairs.map(([a, b]) => Math.log(exactQuantile(a, quantile) / exactQuantile(b, quantile))));
  const spread = bootstrapSpread(pairs, quantile, resamples, seededRandom(seed));
  const standardError = spread * Math.sqrt(pairs.length / degrees);
  const margin = studentQuantile(alpha, degrees) * standardError;
  const pValue = standardError === 0 ? (estimate === 0 ? 1 : 0) : studentTwoSided(estimate / standardError, degrees);
  const found = margin < Math.abs(estimate) && Math.abs(Math.expm1(estimate)) > noiseFloor;
  const smallest = Math.expm1(
    (studentQuantile(alpha, degrees) + studentQuantile(2 * (1 - power), degrees)) * standardError,
  );
  return {
    ratio: { value: Math.exp(estimate), low: Math.exp(estimate - margin), high: Math.exp(estimate + margin) },
    verdict: !found ? 'no difference found' : estimate < 0 ? 'faster' : 'slower',
    pValue,
    detectable: Math.max(smallest, noiseFloor),
    noiseFloor,
    rounds: pairs.length,
  };
}

/**
 * How many rounds would find a relative difference of `difference` (0.02 = 2%) with a probability of 80%, at the spread
 * that this comparison showed; null where it is below the noise floor, which no number of rounds lowers.
 */
export function roundsToFind(comparison: Comparison, difference: number, alpha = 0.05): number | null {
  if (difference <= comparison.noiseFloor) return null;
  const halfWidth = Math.log(comparison.ratio.high / comparison.ratio.value);
  const perRound = (halfWidth / studentQuantile(alpha, comparison.rounds - 1)) * Math.sqrt(comparison.rounds);
  for (let rounds = fewestRounds; rounds <= 100_000; rounds += Math.max(1, Math.floor(rounds / 50))) {
    const standardError = perRound / Math.sqrt(rounds);
    const needed = (studentQuantile(alpha, rounds - 1) + studentQuantile(2 * (1 - power), rounds - 1)) * standardError;
    if (needed <= Math.log1p(difference)) return rounds;
  }
  return null;
}

type Pair = readonly [candidate: Float64Array, baseline: Float64Array];

function pairedRounds(candidate: readonly RoundSamples[], baseline: readonly RoundSamples[]): Pair[] {
  const byRound = new Map(baseline.map(({ round, sortedMs }) => [round, sortedMs]));
  return candidate.flatMap(({ round, sortedMs }) => {
    const other = byRound.get(round);
    return other === undefined || other.length === 0 || sortedMs.length === 0 ? [] : [[sortedMs, other] as const];
  });
}

function bootstrapSpread(pairs: readonly Pair[], quantile: number, resamples: number, random: Random): number {
  let sum = 0;
  let sumOfSquares = 0;
  for (let resample = 0; resample < resamples; resample += 1) {
    let total = 0;
    for (let draw = 0; draw < pairs.length; draw += 1) {
      const [a, b] = pairs[Math.floor(random() * pairs.length)]!;
      total += Math.log(resampledQuantile(a, quantile, random) / resampledQuantile(b, quantile, random));
    }
    const value = total / pairs.length;
    sum += value;
    sumOfSquares += value * value;
  }
  return Math.sqrt(Math.max(0, (sumOfSquares - (sum * sum) / resamples) / (resamples - 1)));
}

/** Type 7 of Hyndman & Fan 1996. */
function exactQuantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

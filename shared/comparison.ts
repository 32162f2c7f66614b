/** Whether cells are faster than others, in words and figures. */
import type { Estimate } from './measurement.ts';
import type { RunRow } from './sweep.ts';

/** What is compared: any percentile of the latency (`p50`, `p99.9`), or the throughput. */
export type ComparedStatistic = `p${number}` | 'throughput';
/** Those that are offered for choosing. */
export const usualStatistics = [
  'p50',
  'p90',
  'p95',
  'p99',
  'throughput',
] as const satisfies readonly ComparedStatistic[];

/** The statistic by its name; null where it is none. Percentiles lie between 0 and 100. */
export function statisticOf(name: string): ComparedStatistic | null {
  if (name === 'throughput') return name;
  const percent = Number(/^p(\d{1,2}(?:\.\d{1,3})?)$/.exec(name)?.[1] ?? 0);
  return percent > 0 ? `p${percent}` : null;
}

export type Verdict = 'faster' | 'slower' | 'no difference found';

/** How two cells differ by the rounds that they share. */
export interface Comparison {
  /** Latency of the candidate over that of the baseline (below 1 is faster); of throughput, likewise what it takes. 95% interval. */
  readonly ratio: Estimate;
  readonly verdict: Verdict;
  /** Two-sided, for the difference being no larger than the noise floor. */
  readonly pValue: number;
  /** The smallest relative difference that would have been called one with a probability of 80%. */
  readonly detectable: number;
  /** Relative difference below which none is called one. */
  readonly noiseFloor: number;
  readonly rounds: number;
  /** How many of them were compared turn by turn. */
  readonly roundsByTurns: number;
  /** Rounds of one sweep are compared side by side; those of two sweeps are not. */
  readonly paired: boolean;
  /** Standard error of the ratio's logarithm, and its degrees of freedom. */
  readonly standardError: number;
  readonly degrees: number;
}

/** What a machine showed between a cell and itself in a sweep. */
export interface NoiseFloor {
  /** Relative difference. */
  readonly value: number;
  /** Whether a control measured it, or it is what is assumed without one. */
  readonly source: 'control' | 'assumed';
  /** Of the control's second measurement over its first. */
  readonly control: Comparison | null;
}

/** A cell of a sweep, by one of its runs. */
export interface ComparedCell {
  readonly run: RunRow;
  /** Runs that took part, one a round. */
  readonly runIds: readonly number[];
  readonly noisyRounds: number;
  /** Mean over the rounds: ms, or examples per second. */
  readonly value: number | null;
  /** What the cell takes on this machine lies there with 95% confidence, by its rounds; null with fewer than three. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Mean wall time of one round, ms. */
  readonly roundMs: number | null;
}

/** A field in which two cells differ so that they can't be compared. */
export interface ComparisonObstacle {
  readonly field: string;
  readonly left: string;
  readonly right: string;
}

export interface CellComparison {
  readonly candidate: ComparedCell;
  readonly baseline: ComparedCell;
  readonly outcome:
    | (Comparison & {
        readonly kind: 'compared';
        /** The verdict that holds for the whole table, by Holm's correction. */
        readonly verdict: Verdict;
        /** Probability that an inference of the candidate is faster than one of the baseline, 0–1; 0.5 = no difference. */
        readonly superiority: number | null;
        /** Rounds that would find a difference of 2%, 80% of the time; null where no number would. */
        readonly roundsForTwoPercent: number | null;
      })
    | { readonly kind: 'not comparable'; readonly obstacles: readonly ComparisonObstacle[] };
}

export interface ComparisonTable {
  readonly statistic: ComparedStatistic;
  readonly comparisons: readonly CellComparison[];
  /** By sweep id. */
  readonly noiseFloors: Readonly<Record<number, NoiseFloor>>;
}

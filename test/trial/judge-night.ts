/** The verdicts that Crivo gives on a night, and those of a naive rule. */
import { compareRounds } from '../../main/engine/measure/compare/compare-rounds.ts';
import { noiseFloorOf } from '../../main/engine/measure/compare/noise-floor.ts';
import { roundValue } from '../../main/engine/measure/compare/round-value.ts';
import type { RoundValue } from '../../main/engine/measure/compare/round-value.ts';
import { addToMoments, noMoments } from '../../main/engine/measure/moments.ts';
import { studentTwoSided } from '../../main/engine/measure/student-t.ts';
import type { Verdict } from '../../shared/comparison.ts';
import { slowed } from './night.ts';
import type { Night, Slowed, TrialCell, TrialRun } from './night.ts';

export interface TrialVerdict {
  readonly candidate: 'same' | Slowed;
  readonly verdict: Verdict;
  readonly ratio: number;
  readonly noiseFloor: number;
  readonly detectable: number;
  /** Runs of both that are marked noisy. */
  readonly noisyRuns: number;
  /** What two means and a t-test on all samples would say. */
  readonly naive: Verdict;
}

/**
 * Every pair of copies once, and each slowed model against every copy. A copy that is not of the pair is the control, in
 * turn. Pairs of a night share runs: each is a fair comparison, so that rates are unbiased, but they are not independent
 * of each other; `disjoint` tells how many of them share no run.
 */
export function judgeNight(night: Night): readonly TrialVerdict[] {
  const cells = new Map(([...copiesOf(night), ...slowed] as TrialCell[]).map((cell) => [cell, cellOf(night, cell)]));
  const judge = (candidate: TrialCell, baseline: number, control: number): TrialVerdict => {
    const [a, b] = [cells.get(candidate)!, cells.get(baseline)!];
    const noiseFloor = noiseFloorOf(compareRounds(cells.get(control)!.values, b.values)).value;
    const comparison = compareRounds(a.values, b.values, { noiseFloor });
    if (comparison === null) throw new Error('A night needs at least three rounds of at least 11 samples');
    return {
      candidate: typeof candidate === 'number' ? 'same' : candidate,
      ...{ verdict: comparison.verdict, ratio: comparison.ratio.value, noiseFloor, detectable: comparison.detectable },
      noisyRuns: a.noisy + b.noisy,
      naive: naiveVerdict(a.runs, b.runs),
    };
  };
  const copies = copiesOf(night);
  const other = (baseline: number, candidate: TrialCell): number =>
    [1, 2].map((step) => (baseline + step) % copies.length).find((copy) => copy !== candidate)!;
  return copies.flatMap((baseline) =>
    [...copies.filter((copy) => copy > baseline), ...slowed].map((candidate) =>
      judge(candidate, baseline, other(baseline, candidate)),
    ),
  );
}

/** Comparisons of a night that share no run. */
export const disjoint = ({ copies }: Pick<Night, 'copies'>, candidate: TrialVerdict['candidate']): number =>
  candidate === 'same' ? Math.floor(copies / 2) : 1;

export const copiesOf = ({ copies }: Night): readonly number[] => Array.from({ length: copies }, (_, copy) => copy);

interface JudgedCell {
  readonly runs: readonly TrialRun[];
  readonly values: readonly RoundValue[];
  readonly noisy: number;
}

/** One run of each round: a quiet repeat comes before the noisy run that it repeats, else the latest, as in stored sweeps. */
export function cellOf({ runs }: Night, cell: TrialCell): JudgedCell {
  const byRound = new Map<number, TrialRun>();
  for (const run of runs) {
    if (run.cell !== cell) continue;
    const before = byRound.get(run.round);
    if (before === undefined || before.noisy || !run.noisy) byRound.set(run.round, run);
  }
  const chosen = [...byRound.values()];
  return {
    runs: chosen,
    values: chosen.flatMap((run) => roundValue(run, 'p50') ?? []),
    noisy: chosen.filter(({ noisy }) => noisy).length,
  };
}

/** Welch's t-test on all samples as if they were independent: what a script that times two models does. */
export function naiveVerdict(
  candidate: readonly Pick<TrialRun, 'samplesMs'>[],
  baseline: readonly Pick<TrialRun, 'samplesMs'>[],
): Verdict {
  const [a, b] = [momentsOf(candidate), momentsOf(baseline)];
  const error = a.error + b.error;
  const degrees = error ** 2 / (a.error ** 2 / a.degrees + b.error ** 2 / b.degrees);
  if (studentTwoSided((a.mean - b.mean) / Math.sqrt(error), degrees) > 0.05) return 'no difference found';
  return a.mean < b.mean ? 'faster' : 'slower';
}

function momentsOf(rounds: readonly Pick<TrialRun, 'samplesMs'>[]) {
  const moments = noMoments();
  for (const { samplesMs } of rounds) for (const sample of samplesMs) addToMoments(moments, sample);
  const degrees = moments.count - 1;
  return { mean: moments.mean, error: moments.second / degrees / moments.count, degrees };
}

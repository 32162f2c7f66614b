/** One block of the trial: a short sweep of a model, itself, and itself with added work. */
import { compareRounds } from '../../main/engine/measure/compare/compare-rounds.ts';
import { noiseFloorOf } from '../../main/engine/measure/compare/noise-floor.ts';
import { roundValue } from '../../main/engine/measure/compare/round-value.ts';
import type { RoundValue } from '../../main/engine/measure/compare/round-value.ts';
import { addToMoments, noMoments } from '../../main/engine/measure/moments.ts';
import { studentTwoSided } from '../../main/engine/measure/student-t.ts';
import { orderRounds } from '../../main/engine/sweep/order.ts';
import type { Verdict } from '../../shared/comparison.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';

/** What a cell of the block is: the baseline, its control, the baseline once more, and with 3%, 5%, 10% added. */
const trialCells = ['baseline', 'control', 'same', '3%', '5%', '10%'] as const;
export type TrialCell = (typeof trialCells)[number];
export const judged = ['same', '3%', '5%', '10%'] as const satisfies readonly TrialCell[];
export type Judged = (typeof judged)[number];

export interface BlockResult {
  readonly neighbour: boolean;
  /** Of the baseline's first round, ms. */
  readonly medianMs: number;
  readonly noiseFloor: number;
  readonly verdicts: Readonly<Record<Judged, BlockVerdict>>;
  /** Each run of the baseline's model: whether its median's interval holds the median of all runs is asked at the end. */
  readonly medians: readonly { readonly value: number; readonly low: number; readonly high: number }[];
}
interface BlockVerdict {
  readonly verdict: Verdict;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly detectable: number;
  readonly noisyRuns: number;
  /** What two means and a t-test on all samples would say. */
  readonly naive: Verdict;
}

export interface BlockOptions {
  readonly models: Readonly<Record<TrialCell, string>>;
  readonly batchSize: number;
  readonly rounds: number;
  readonly seed: number;
  readonly neighbour: boolean;
  readonly measure?: typeof measureProfiles.quick;
}

interface MeasuredRound {
  readonly round: number;
  readonly samplesMs: Float64Array;
  readonly noisy: boolean;
  readonly median: { readonly value: number; readonly low: number; readonly high: number } | null;
}

/** Measures all cells in shuffled rounds as a sweep does, and judges them by the rule that Crivo uses. */
export async function measureBlock(options: BlockOptions): Promise<BlockResult> {
  const runner = sourceRunner();
  const rounds = new Map<TrialCell, MeasuredRound[]>(trialCells.map((cell) => [cell, []]));
  const order = orderRounds(
    trialCells.map((_, index) => index),
    options.rounds,
    options.seed,
  );
  for (const { cell: index, round } of order) {
    const cell = trialCells[index]!;
    const { measurement, samplesMs } = await runner.measure(
      cellRequest(
        { batchSize: options.batchSize, measure: options.measure ?? measureProfiles.quick },
        { modelPath: options.models[cell], seed: round },
      ),
    );
    const { p50 } = measurement.statistics;
    rounds.get(cell)!.push({
      ...{ round, samplesMs, noisy: measurement.interference.noisy, median: p50.value === null ? null : p50 },
    });
  }
  return judge(rounds, options);
}

function judge(rounds: ReadonlyMap<TrialCell, readonly MeasuredRound[]>, options: BlockOptions): BlockResult {
  const values = (cell: TrialCell): readonly RoundValue[] =>
    rounds.get(cell)!.flatMap((round) => roundValue(round, 'p50') ?? []);
  const baseline = values('baseline');
  const noiseFloor = noiseFloorOf(compareRounds(values('control'), baseline)).value;
  const verdictOf = (cell: Judged): BlockVerdict => {
    const comparison = compareRounds(values(cell), baseline, { noiseFloor });
    if (comparison === null) throw new Error('A block needs at least three rounds of at least 11 samples');
    const { verdict, ratio, detectable } = comparison;
    const noisyRuns = [...rounds.get(cell)!, ...rounds.get('baseline')!].filter(({ noisy }) => noisy).length;
    const naive = naiveVerdict(rounds.get(cell)!, rounds.get('baseline')!);
    return { verdict, ratio: ratio.value, low: ratio.low, high: ratio.high, detectable, noisyRuns, naive };
  };
  return {
    neighbour: options.neighbour,
    medianMs: rounds.get('baseline')![0]!.median?.value ?? NaN,
    noiseFloor,
    verdicts: { same: verdictOf('same'), '3%': verdictOf('3%'), '5%': verdictOf('5%'), '10%': verdictOf('10%') },
    medians: (['baseline', 'control', 'same'] as const).flatMap((cell) =>
      rounds.get(cell)!.flatMap(({ median }) => median ?? []),
    ),
  };
}

/** Welch's t-test on all samples as if they were independent: what a script that times two models does. */
export function naiveVerdict(
  candidate: readonly Pick<MeasuredRound, 'samplesMs'>[],
  baseline: readonly Pick<MeasuredRound, 'samplesMs'>[],
): Verdict {
  const [a, b] = [candidate, baseline].map((rounds) => {
    const moments = noMoments();
    for (const { samplesMs } of rounds) for (const sample of samplesMs) addToMoments(moments, sample);
    return {
      mean: moments.mean,
      error: moments.second / (moments.count - 1) / moments.count,
      degrees: moments.count - 1,
    };
  }) as [{ mean: number; error: number; degrees: number }, { mean: number; error: number; degrees: number }];
  const error = a.error + b.error;
  const degrees = error ** 2 / (a.error ** 2 / a.degrees + b.error ** 2 / b.degrees);
  if (studentTwoSided((a.mean - b.mean) / Math.sqrt(error), degrees) > 0.05) return 'no difference found';
  return a.mean < b.mean ? 'faster' : 'slower';
}

/** The trial's figures beside their targets. */
import { wilsonInterval } from '../../main/engine/accuracy/metrics.ts';
import { valueOverRounds } from '../../main/engine/measure/compare/cell-value.ts';
import { orderedFromSamples, quantile } from '../../main/engine/measure/ordered-values.ts';
import { latencyStatistics } from '../../main/engine/measure/statistics.ts';
import type { CoverageResult } from './coverage.ts';
import { cellOf, copiesOf, disjoint } from './judge-night.ts';
import type { TrialVerdict } from './judge-night.ts';
import { slowed } from './night.ts';
import type { Night, Slowed } from './night.ts';

export interface JudgedNight {
  readonly night: Night;
  readonly verdicts: readonly TrialVerdict[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const medianOf = (values: readonly number[]): number => quantile(orderedFromSamples(Float64Array.from(values)), 0.5);

/** `3 of 210 = 1.4% (95% interval 0.5–4.1%; as many of them as share no run, 30: 0.0–11.4%)` */
function rate(count: number, all: number, independent: number): string {
  const range = ({ low, high }: { low: number; high: number }): string =>
    `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}%`;
  const fewer =
    independent === all
      ? ''
      : `; if only as many counted as share no run, ${independent}: ${range(wilsonInterval((count / all) * independent, independent))}`;
  return `${count} of ${all} = ${percent(count / all)} (95% interval ${range(wilsonInterval(count, all))}${fewer})`;
}

/** Lines for one condition; empty where nothing was measured in it. */
export function nightFigures(judged: readonly JudgedNight[], neighbour: boolean): readonly string[] {
  const mine = judged.filter(({ night }) => night.neighbour === neighbour);
  if (mine.length === 0) return [];
  const of = (candidate: TrialVerdict['candidate']) =>
    mine.flatMap(({ verdicts }) => verdicts.filter((one) => one.candidate === candidate));
  const independent = (candidate: TrialVerdict['candidate']): number =>
    mine.reduce((sum, { night }) => sum + disjoint(night, candidate), 0);
  const runs = mine.flatMap(({ night }) => night.runs);
  const same = of('same');
  const limit = neighbour ? 0.05 : 0.02;
  const wrong = same.filter(({ verdict }) => verdict !== 'no difference found').length;
  const naive = same.filter((one) => one.naive !== 'no difference found').length;
  const added = slowed.flatMap((cell) => of(cell));
  const opposite = added.filter(({ verdict }) => verdict === 'faster').length;
  const naiveOpposite = added.filter((one) => one.naive === 'faster').length;
  const rounds = [...new Set(mine.map(({ night }) => night.rounds))].join(', ');
  return [
    `${neighbour ? 'With a noisy neighbour' : 'Quiet'}: ${mine.length} nights of ${rounds} rounds, ${runs.length} runs, ${runs.filter(({ noisy }) => noisy).length} of them marked noisy; median noise floor ${percent(medianOf(same.map(({ noiseFloor }) => noiseFloor)))}, median difference that could have been seen ${percent(medianOf(same.map(({ detectable }) => detectable)))}`,
    `  ${mark(wrong / same.length <= limit)} A/A wrong verdicts: ${rate(wrong, same.length, independent('same'))}, target ≤ ${percent(limit)}; the naive t-test: ${percent(naive / same.length)}`,
    ...slowed.map((cell) => foundFigure(of(cell), cell, neighbour, independent(cell))),
    `  ${mark(opposite === 0)} wrong signs among the A/B verdicts: ${opposite} of ${added.length}, target 0; the naive t-test: ${naiveOpposite}`,
  ];
}

const targets: Readonly<Record<Slowed, number>> = { '3%': 0.8, '5%': 0.95, '10%': 0.99 };

function foundFigure(verdicts: readonly TrialVerdict[], cell: Slowed, neighbour: boolean, independent: number): string {
  const found = verdicts.filter(({ verdict }) => verdict === 'slower').length;
  const unsure = verdicts.filter(({ verdict, noisyRuns }) => verdict !== 'slower' && noisyRuns > 0).length;
  const naive = verdicts.filter((one) => one.naive === 'slower').length / verdicts.length;
  const facts = `added work measured as ${percent(medianOf(verdicts.map(({ ratio }) => ratio - 1)))}; the naive t-test: ${percent(naive)}`;
  const told = `A/B ${cell} slower: found ${rate(found, verdicts.length, independent)}, not found ${verdicts.length - found - unsure}, not found among runs marked noisy ${unsure}`;
  return neighbour
    ? `         ${told}; ${facts}`
    : `  ${mark(found / verdicts.length >= targets[cell])} ${told}, target ≥ ${percent(targets[cell])}; ${facts}`;
}

/** Lines for the intervals of medians. */
export function coverageFigures(results: readonly CoverageResult[], nights: readonly Night[]): readonly string[] {
  const lines = results.map(({ shortRuns, covered, coveredIfIndependent, samplesEach }) => {
    const told = rate(Math.round(covered * shortRuns), shortRuns, shortRuns);
    return `  ${mark(covered >= 0.9 && covered <= 0.98)} the median's interval holds the long-run median: ${told} short runs of ${samplesEach} samples, target 90–98%; taken as independent: ${percent(coveredIfIndependent)}`;
  });
  const medians = nights
    .filter(({ neighbour }) => !neighbour)
    .flatMap(({ runs }) => runs.filter(({ cell }) => typeof cell === 'number'))
    .flatMap(({ samplesMs }) => {
      const { p50 } = latencyStatistics(samplesMs);
      return p50.value === null ? [] : [p50];
    });
  if (medians.length === 0) return lines;
  const centre = medianOf(medians.map(({ value }) => value));
  const across = medians.filter(({ low, high }) => low <= centre && centre <= high).length;
  const cells = nights
    .filter(({ neighbour }) => !neighbour)
    .flatMap((night) => copiesOf(night).map((copy) => valueOverRounds(cellOf(night, copy).values)))
    .filter((value) => value !== null);
  const held = cells.filter(({ low, high }) => low <= centre && centre <= high).length;
  const nightsMeasured = nights.filter(({ neighbour }) => !neighbour).length;
  return [
    ...lines,
    `  ${mark(held / cells.length >= 0.9)} the interval over a cell's rounds holds the long-run median of all nights: ${rate(held, cells.length, nightsMeasured)} of ${medians.length} short runs in rounds, target 90–98%`,
    `         across ${medians.length} processes the same share is ${percent(across / medians.length)}: what varies from process to process is no part of one run's interval, which is why rounds are compared`,
  ];
}

const mark = (met: boolean): string => (met ? 'met   ' : 'MISSED');

/** The trial's figures beside their targets. */
import { quantile, orderedFromSamples } from '../../main/engine/measure/ordered-values.ts';
import type { CoverageResult } from './coverage.ts';
import { judged } from './measure-block.ts';
import type { BlockResult, Judged } from './measure-block.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const share = <Item>(items: readonly Item[], holds: (item: Item) => boolean): number =>
  items.length === 0 ? NaN : items.filter(holds).length / items.length;

/** Lines for one condition; empty where nothing was measured in it. */
export function blockFigures(blocks: readonly BlockResult[], neighbour: boolean): readonly string[] {
  const mine = blocks.filter((block) => block.neighbour === neighbour);
  if (mine.length === 0) return [];
  const wrong = share(mine, ({ verdicts }) => verdicts.same.verdict !== 'no difference found');
  const naive = share(mine, ({ verdicts }) => verdicts.same.naive !== 'no difference found');
  const limit = neighbour ? 0.05 : 0.02;
  const floor = quantile(orderedFromSamples(Float64Array.from(mine, ({ noiseFloor }) => noiseFloor)), 0.5);
  return [
    `${neighbour ? 'With a noisy neighbour' : 'Quiet'}: ${mine.length} blocks, median noise floor ${percent(floor)}`,
    `  ${mark(wrong <= limit)} A/A wrong verdicts: ${percent(wrong)} (target ≤ ${percent(limit)}); the naive t-test: ${percent(naive)}`,
    ...judged.filter((cell) => cell !== 'same').map((cell) => foundFigure(mine, cell, neighbour)),
    `  ${mark(share(mine, wrongSign) === 0)} wrong signs among the A/B verdicts: ${percent(share(mine, wrongSign))} (target 0)`,
  ];
}

const targets: Readonly<Partial<Record<Judged, number>>> = { '3%': 0.8, '5%': 0.95, '10%': 0.99 };

function foundFigure(blocks: readonly BlockResult[], cell: Judged, neighbour: boolean): string {
  const verdicts = blocks.map((block) => block.verdicts[cell]);
  const found = share(verdicts, ({ verdict }) => verdict === 'slower');
  const unsure = share(verdicts, ({ verdict, noisyRuns }) => verdict !== 'slower' && noisyRuns > 0);
  const lost = share(verdicts, ({ verdict, noisyRuns }) => verdict !== 'slower' && noisyRuns === 0);
  const actual = quantile(orderedFromSamples(Float64Array.from(verdicts, ({ ratio }) => ratio - 1)), 0.5);
  const naive = share(verdicts, ({ naive: said }) => said === 'slower');
  const target = targets[cell]!;
  const told = `found ${percent(found)}, not found ${percent(lost)}, not found among runs marked noisy ${percent(unsure)}`;
  const facts = `added work measured as ${percent(actual)}; naive ${percent(naive)}`;
  return neighbour
    ? `         A/B ${cell} slower: ${told} (${facts})`
    : `  ${mark(found >= target)} A/B ${cell} slower: ${told} (target ≥ ${percent(target)}; ${facts})`;
}

const wrongSign = ({ verdicts }: BlockResult): boolean =>
  judged.some((cell) => cell !== 'same' && verdicts[cell].verdict === 'faster');

/** Lines for the intervals of medians. */
export function coverageFigures(results: readonly CoverageResult[], blocks: readonly BlockResult[]): readonly string[] {
  const lines = results.map(
    ({ shortRuns, covered, coveredIfIndependent, samplesEach }) =>
      `  ${mark(covered >= 0.9 && covered <= 0.98)} the median's interval holds the long-run median in ${percent(covered)} of ${shortRuns} short runs of ${samplesEach} samples (target 90–98%); taken as independent: ${percent(coveredIfIndependent)}`,
  );
  const medians = blocks.flatMap((block) => (block.neighbour ? [] : block.medians));
  if (medians.length === 0) return lines;
  const centre = quantile(orderedFromSamples(Float64Array.from(medians, ({ value }) => value)), 0.5);
  const across = share(medians, ({ low, high }) => low <= centre && centre <= high);
  return [
    ...lines,
    `         across ${medians.length} processes the same share is ${percent(across)}: what varies from process to process is no part of one run's interval, which is why rounds are compared`,
  ];
}

const mark = (met: boolean): string => (met ? 'met   ' : 'MISSED');

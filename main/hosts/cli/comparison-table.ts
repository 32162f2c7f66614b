/** Comparisons as a table in the terminal. */
import type { CellComparison, ComparedCell, ComparisonTable, NoiseFloor } from '../../../shared/comparison.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { formatLatencyMs, formatPercent } from '../../../shared/units.ts';
import { printable } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';

/** `12.0% less`, of what a candidate takes. */
const change = (ratio: number): string => `${ratio < 1 ? '−' : '+'}${formatPercent(Math.abs(ratio - 1))}`;

/** The verdict in words, with what could have been seen where nothing was. */
export function verdictText({ outcome }: CellComparison): string {
  if (outcome.kind === 'not comparable') {
    return `not comparable: ${outcome.obstacles.map(({ field, left, right }) => `${field} (${left} / ${right})`).join('; ')}`;
  }
  if (outcome.verdict !== 'no difference found') return outcome.verdict;
  return `no difference found (could have seen ≥ ${formatPercent(outcome.detectable)})`;
}

/** What a noise floor rests on, in a sentence. */
function floorText(sweepId: number | string, { value, source, control }: NoiseFloor): string {
  return source === 'control'
    ? `sweep ${sweepId}: the control differed from itself so that differences up to ${formatPercent(value)} are noise (${control?.rounds ?? 0} rounds)`
    : `sweep ${sweepId}: no control was measured; differences up to ${formatPercent(value)} are taken as noise`;
}

const cellName = ({ model, variant, provider, batchSize, threads }: RunRow): string =>
  `${model}/${variant} ${provider} batch ${batchSize}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/** One line a comparison, then what the noise floors rest on. */
export function renderComparisons(
  { comparisons, noiseFloors, statistic }: ComparisonTable,
  terminal: Terminal,
): string {
  const value = ({ value: figure, interval }: ComparedCell): string => {
    if (figure === null) return '';
    const told = statistic === 'throughput' ? `${figure.toPrecision(4)}/s` : formatLatencyMs(figure);
    if (interval === null) return told;
    return `${told} ± ${formatPercent((interval.high - interval.low) / 2 / figure)}`;
  };
  const table = renderTable<CellComparison>(
    [
      { title: 'baseline', text: ({ baseline }) => cellName(baseline.run), shortest: 16 },
      { title: 'candidate', text: ({ candidate }) => cellName(candidate.run), shortest: 16 },
      { title: `${statistic} before`, align: 'right', text: ({ baseline }) => value(baseline), dropOrder: 2 },
      { title: 'after', align: 'right', text: ({ candidate }) => value(candidate), dropOrder: 2 },
      {
        title: statistic === 'throughput' ? 'time per example' : 'change',
        align: 'right',
        text: ({ outcome }) => (outcome.kind === 'compared' ? change(outcome.ratio.value) : ''),
      },
      {
        title: '95% interval',
        align: 'right',
        text: ({ outcome }) =>
          outcome.kind === 'compared' ? `${change(outcome.ratio.low)} … ${change(outcome.ratio.high)}` : '',
      },
      {
        title: 'rounds',
        align: 'right',
        text: ({ outcome, candidate }) => {
          if (outcome.kind !== 'compared') return '';
          return candidate.noisyRounds === 0
            ? String(outcome.rounds)
            : `${outcome.rounds}, ${candidate.noisyRounds} noisy`;
        },
        dropOrder: 1,
      },
      { title: 'verdict', text: verdictText, shortest: 24 },
    ],
    comparisons,
    terminal.width,
    (title) => terminal.paint('bold', title),
  );
  const floors = Object.entries(noiseFloors).map(([sweepId, floor]) => `${printable(floorText(sweepId, floor))}\n`);
  return table + floors.join('');
}

import type { ChartConfiguration } from 'chart.js';
import { chartLabel, commonOptions, faded, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';
import { paretoFront } from '../../charts/pareto.ts';
import type { Objective } from '../../charts/pareto.ts';
import type { Format } from '../../text/format.ts';
import type { ComparedCell } from './cells.ts';

/** What a cell shall be good at besides being fast and small; `none` compares speed and size alone. */
export type Goodness = 'accuracy' | 'snrDb' | 'none';

const latency: Objective<ComparedCell> = ({ latencyMs }) => latencyMs;
const size: Objective<ComparedCell> = ({ sizeBytes }) => sizeBytes;
const shortfall =
  (goodness: 'accuracy' | 'snrDb'): Objective<ComparedCell> =>
  (cell) => {
    const value = cell[goodness];
    return value === null ? null : -value;
  };

/** The cells that have what the chart shows: the goodness, or a size where there is none. */
export const drawnCells = (cells: readonly ComparedCell[], goodness: Goodness): readonly ComparedCell[] =>
  cells.filter((cell) => (goodness === 'none' ? cell.sizeBytes : cell[goodness]) !== null);

/** The cells that none is better than in everything at once, the fastest first; size counts where all of them have one. Those that were rejected are left out. */
export function frontOf(all: readonly ComparedCell[], goodness: Goodness): readonly ComparedCell[] {
  const cells = all.filter(({ rejected }) => !rejected);
  const bySize = cells.every(({ sizeBytes }) => sizeBytes !== null) ? [size] : [];
  const objectives = goodness === 'none' ? [latency, size] : [latency, shortfall(goodness), ...bySize];
  return paretoFront(cells, objectives).toSorted((a, b) => a.latencyMs - b.latencyMs);
}

interface ParetoChartOptions {
  readonly goodness: Goodness;
  readonly front: readonly ComparedCell[];
  readonly names: ReadonlyMap<ComparedCell, string>;
  readonly words: Readonly<
    Record<'latency' | 'accuracy' | 'snrDb' | 'none' | 'front' | 'others' | 'frontLine', string>
  >;
  readonly format: Format;
}

interface Bubble {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly cell: ComparedCell;
}

/** Latencies further apart than this factor stand on a logarithmic axis, where the fast ones would else be one heap. */
const widestLinear = 20;
const leastRadius = 4;
const mostRadius = 15;

/** Latency against goodness, bubbles by the model's size; the front stands out and its outline in this plane is drawn. */
export function paretoChart(
  cells: readonly ComparedCell[],
  { goodness, front, names, words, format }: ParetoChartOptions,
  tokens: ChartTokens,
): ChartConfiguration {
  const largest = Math.max(1, ...cells.map(({ sizeBytes }) => sizeBytes ?? 0));
  const valueOf = (cell: ComparedCell): number => (goodness === 'none' ? (cell.sizeBytes ?? 0) : (cell[goodness] ?? 0));
  const bubble = (cell: ComparedCell): Bubble => ({
    ...{ x: cell.latencyMs, y: valueOf(cell), cell },
    r:
      goodness === 'none'
        ? leastRadius
        : leastRadius + (mostRadius - leastRadius) * Math.sqrt((cell.sizeBytes ?? 0) / largest),
  });
  const objectives = [latency, goodness === 'none' ? size : shortfall(goodness)];
  const outline = paretoFront(front, objectives).toSorted((a, b) => a.latencyMs - b.latencyMs);
  const others = cells.filter((cell) => !front.includes(cell));
  const writeY = (value: number): string =>
    goodness === 'accuracy'
      ? format.percent(value / 100, 1)
      : goodness === 'snrDb'
        ? `${format.digits(value)} dB`
        : format.bytes(value);
  /** With as many decimals as tell places apart. */
  const writePlace = (value: number, [first = 0, second = 1]: readonly number[]): string =>
    goodness === 'accuracy' ? format.percent(value / 100, Math.abs(second - first) < 0.1 ? 2 : 1) : writeY(value);
  const describe = (cell: ComparedCell): string =>
    [
      chartLabel(names.get(cell) ?? ''),
      format.latencyMs(cell.latencyMs),
      writeY(valueOf(cell)),
      ...(cell.sizeBytes === null || goodness === 'none' ? [] : [format.bytes(cell.sizeBytes)]),
    ].join(' · ');
  const common = commonOptions(tokens);
  return {
    type: 'bubble',
    data: {
      datasets: [
        {
          type: 'line',
          label: words.frontLine,
          data: outline.map((cell) => ({ x: cell.latencyMs, y: valueOf(cell) })),
          ...{
            borderColor: tokens['series-1'],
            borderDash: [5, 4],
            borderWidth: 1.4,
            pointRadius: 0,
            pointHitRadius: 0,
          },
          stepped: 'before',
          pointStyle: 'line',
        },
        {
          label: words.front,
          data: front.map(bubble),
          ...{ backgroundColor: faded(tokens['series-1'], 0.75), borderColor: tokens['series-1'], borderWidth: 1.5 },
        },
        {
          label: words.others,
          data: others.map(bubble),
          ...{ backgroundColor: faded(tokens['ink-faint'], 0.16), borderColor: tokens['ink-faint'], borderWidth: 1 },
        },
      ],
    },
    options: {
      ...common,
      layout: { padding: { top: mostRadius, right: mostRadius } },
      scales: {
        x: latencyAxis(cells, words.latency, format, tokens),
        y: { ...valueAxis({ title: words[goodness], write: writePlace }, tokens), grace: '8%' },
      },
      plugins: {
        ...common.plugins,
        tooltip: {
          ...common.plugins.tooltip,
          filter: (item) => item.datasetIndex > 0,
          callbacks: { title: () => '', label: (item) => describe((item.raw as Bubble).cell) },
        },
      },
    },
  } as ChartConfiguration;
}

/** An axis on which every cell is told apart, and none stands on its edge. */
function latencyAxis(cells: readonly ComparedCell[], title: string, format: Format, tokens: ChartTokens) {
  const latencies = cells.map(({ latencyMs }) => latencyMs).filter((latencyMs) => latencyMs > 0);
  const [least, most] = [Math.min(...latencies), Math.max(...latencies)];
  const logarithmic = latencies.length > 0 && most / least > widestLinear;
  const axis = valueAxis({ title, logarithmic, write: format.latencyTickMs }, tokens);
  return logarithmic
    ? { ...axis, min: oneDigit(least * 0.8, Math.floor), max: oneDigit(most * 1.2, Math.ceil) }
    : { ...axis, min: 0, suggestedMax: most * 1.05 };
}

/** Rounded to one digit: the ends of a logarithmic axis are written beside its other places. */
function oneDigit(value: number, round: (value: number) => number): number {
  const digits = Math.floor(Math.log10(value));
  // By division below one, where a power of ten itself is not exact.
  return digits < 0 ? round(value * 10 ** -digits) / 10 ** -digits : round(value / 10 ** digits) * 10 ** digits;
}

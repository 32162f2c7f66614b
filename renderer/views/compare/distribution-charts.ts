import type { ChartConfiguration, ChartDataset, TooltipItem } from 'chart.js';
import type { BoxPlotDataPoint, ViolinDataPoint } from '@sgratzl/chartjs-chart-boxplot';
import { chartLabel, chartLines, commonOptions, faded, seriesStyle, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';
import { boxOf, densityOf, ecdfOf, quantile } from '../../charts/distribution.ts';
import type { Format } from '../../text/format.ts';

/** The latencies of one run: ascending, thinned evenly. */
export interface Distribution {
  readonly name: string;
  /** Among the picked runs: decides its colour. */
  readonly place: number;
  readonly sorted: Float64Array;
  /** How many samples there are in all. */
  readonly count: number;
}

interface EcdfOptions {
  readonly logarithmic: boolean;
  readonly words: { readonly latency: string; readonly share: string; readonly median: string };
  readonly format: Format;
}
interface ShapeOptions extends EcdfOptions {
  readonly shape: 'box' | 'violin';
}

/** Lying boxes or violins, one line a run. */
export function distributionChart(
  distributions: readonly Distribution[],
  { shape, logarithmic, words, format }: ShapeOptions,
  tokens: ChartTokens,
): ChartConfiguration {
  const colours = distributions.map(({ place }) => seriesStyle(place, tokens).colour);
  const fills = colours.map((colour) => faded(colour, 0.28));
  const looks = { backgroundColor: fills, borderColor: colours, borderWidth: 1.5 };
  const outliers = { outlierRadius: 1.5, outlierBackgroundColor: colours, outlierBorderWidth: 0, itemRadius: 0 };
  const dataset: ChartDataset<'boxplot' | 'violin', (BoxPlotDataPoint | ViolinDataPoint)[]> =
    shape === 'box'
      ? { type: 'boxplot', data: distributions.map(boxPoint), ...looks, ...outliers, meanRadius: 0 }
      : { type: 'violin', data: distributions.map(violinPoint), ...looks, ...outliers, meanRadius: 0 };
  const common = commonOptions(tokens);
  return {
    type: shape === 'box' ? 'boxplot' : 'violin',
    data: { labels: distributions.map(({ name }) => chartLines(name)), datasets: [dataset] },
    options: {
      ...common,
      indexAxis: 'y',
      scales: {
        x: valueAxis({ title: words.latency, logarithmic, write: format.latencyTickMs }, tokens),
        y: { grid: { display: false }, ticks: { color: tokens['ink-soft'] }, border: { color: tokens.line } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...common.plugins.tooltip,
          callbacks: { label: (item: TooltipItem<'boxplot'>) => summary(distributions[item.dataIndex], words, format) },
        },
      },
    },
  } as ChartConfiguration;
}

function summary(distribution: Distribution | undefined, words: EcdfOptions['words'], format: Format): string {
  if (distribution === undefined) return '';
  const at = (share: number): string => format.latencyMs(quantile(distribution.sorted, share));
  return `${words.median} ${at(0.5)} · 25–75%: ${at(0.25)} – ${at(0.75)} · 99%: ${at(0.99)}`;
}

function boxPoint({ sorted }: Distribution): BoxPlotDataPoint {
  const { outliers, ...box } = boxOf(sorted);
  return { ...box, items: [], outliers: [...outliers] };
}

function violinPoint({ sorted }: Distribution): ViolinDataPoint {
  const coords = densityOf(sorted).map(({ value, density }) => ({ v: value, estimate: density }));
  const { median, mean, q1, q3 } = boxOf(sorted);
  return {
    ...{ median, mean, q1, q3, coords },
    min: coords[0]!.v,
    max: coords.at(-1)!.v,
    maxEstimate: Math.max(...coords.map(({ estimate }) => estimate)),
    items: [],
    outliers: [],
  };
}

/** The share of samples that took at most so long, one stepped line a run. */
export function ecdfChart(
  distributions: readonly Distribution[],
  { logarithmic, words, format }: EcdfOptions,
  tokens: ChartTokens,
): ChartConfiguration {
  const common = commonOptions(tokens);
  return {
    type: 'line',
    data: {
      datasets: distributions.map(({ name, place, sorted }) => {
        const { colour, dash } = seriesStyle(place, tokens);
        return {
          label: chartLabel(name),
          data: ecdfOf(sorted) as { x: number; y: number }[],
          ...{ borderColor: colour, backgroundColor: colour, borderDash: dash, borderWidth: 1.6 },
          ...{ stepped: true as const, pointRadius: 0, pointHitRadius: 4 },
        };
      }),
    },
    options: {
      ...common,
      parsing: false,
      normalized: true,
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      scales: {
        x: valueAxis({ title: words.latency, logarithmic, write: format.latencyTickMs }, tokens),
        y: { ...valueAxis({ title: words.share, write: (value) => format.percent(value, 0) }, tokens), min: 0, max: 1 },
      },
      plugins: {
        legend: { ...common.plugins.legend, position: 'bottom' },
        tooltip: {
          ...common.plugins.tooltip,
          callbacks: {
            title: ([item]) => (item === undefined ? '' : format.percent(item.parsed.y ?? 0, 1)),
            label: (item) => `${item.dataset.label ?? ''}: ${format.latencyMs(item.parsed.x ?? 0)}`,
          },
        },
      },
    },
  };
}

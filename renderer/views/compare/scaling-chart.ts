import type { ChartConfiguration } from 'chart.js';
import { chartLabel, commonOptions, seriesStyle, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';
import type { Format } from '../../text/format.ts';
import type { ScalingSeries } from './scaling.ts';

export type ScalingFigure = 'latencyMs' | 'throughputPerSecond';

interface ScalingChartOptions {
  readonly figure: ScalingFigure;
  readonly words: { readonly axis: string; readonly latency: string; readonly throughput: string };
  readonly format: Format;
}

/** A figure over batch sizes or threads, which double more often than not: a logarithmic axis with the measured places. */
export function scalingChart(
  series: readonly ScalingSeries[],
  { figure, words, format }: ScalingChartOptions,
  tokens: ChartTokens,
): ChartConfiguration {
  const places = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  const write = figure === 'latencyMs' ? format.latencyMs : (value: number): string => `${format.count(value)}/s`;
  const common = commonOptions(tokens);
  const configuration: ChartConfiguration<'line', { x: number; y: number }[]> = {
    type: 'line',
    data: {
      datasets: series.map(({ name, points }, index) => {
        const { colour, dash, pointStyle } = seriesStyle(index, tokens);
        return {
          label: chartLabel(name),
          data: points.flatMap((point) => (point[figure] === null ? [] : [{ x: point.x, y: point[figure] }])),
          ...{ borderColor: colour, backgroundColor: colour, borderDash: dash, borderWidth: 1.8 },
          ...{ pointStyle, pointRadius: 3.5 },
        };
      }),
    },
    options: {
      ...common,
      parsing: false,
      interaction: { mode: 'nearest', intersect: false },
      scales: {
        x: {
          ...valueAxis({ title: words.axis, logarithmic: true, write: String }, tokens),
          min: places[0],
          max: places.at(-1),
          afterBuildTicks: (axis) => {
            axis.ticks = places.map((value) => ({ value }));
          },
          ticks: { color: tokens['ink-faint'], callback: (value) => format.number(Number(value)), autoSkip: true },
        },
        y: valueAxis(
          { title: figure === 'latencyMs' ? words.latency : words.throughput, fromZero: true, write },
          tokens,
        ),
      },
      plugins: {
        legend: { ...common.plugins.legend, position: 'bottom' },
        tooltip: {
          ...common.plugins.tooltip,
          callbacks: {
            title: ([item]) => (item === undefined ? '' : `${words.axis}: ${format.number(item.parsed.x ?? 0)}`),
            label: (item) => `${item.dataset.label ?? ''}: ${write(item.parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
  return configuration as ChartConfiguration;
}

import type { ChartOptions, PointStyle } from 'chart.js';
import { readTokens } from './tokens.ts';

const tokenNames = [
  ...(['ink', 'ink-soft', 'ink-faint', 'line', 'surface-panel', 'surface-raised', 'good', 'bad'] as const),
  ...(['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6', 'series-7', 'series-8'] as const),
];
export type ChartTokens = Readonly<Record<(typeof tokenNames)[number], string>>;

/** How a chart looks now: read anew when the theme changes. */
export const readChartTokens = (): ChartTokens => readTokens(tokenNames);

export interface SeriesStyle {
  readonly colour: string;
  readonly pointStyle: PointStyle;
  /** Dashes of its line; empty for a whole one. */
  readonly dash: number[];
}

const colours = 8;
const pointStyles: readonly PointStyle[] = ['circle', 'rect', 'triangle', 'rectRot', 'star'];
const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4]];

/** The look of the nth series: no two of the first 32 alike, and no two neighbours told apart by hue alone. */
export function seriesStyle(index: number, tokens: ChartTokens): SeriesStyle {
  const turn = Math.floor(index / colours);
  return {
    colour: tokens[`series-${(index % colours) + 1}` as keyof ChartTokens],
    pointStyle: pointStyles[(index + turn) % pointStyles.length]!,
    dash: [...dashes[turn % dashes.length]!],
  };
}

/** The colour with the given opacity, 0–1; for fills. */
export const faded = (colour: string, opacity: number): string =>
  colour.replace(
    /^rgba?\(([^)]*)\)$/,
    (_, parts: string) => `rgb(${parts.split(',').slice(0, 3).join(',')}, ${opacity})`,
  );

export interface AxisWish {
  readonly title: string;
  readonly logarithmic?: boolean;
  readonly fromZero?: boolean;
  /** The numbers along the axis, all of them known. */
  readonly write: (value: number, ticks: readonly number[]) => string;
}

/** A scale of numbers in the theme. */
export function valueAxis({ title, logarithmic = false, fromZero = false, write }: AxisWish, tokens: ChartTokens) {
  return {
    type: logarithmic ? ('logarithmic' as const) : ('linear' as const),
    beginAtZero: fromZero && !logarithmic,
    title: { display: true, text: title, color: tokens['ink-soft'] },
    grid: { color: tokens.line },
    border: { color: tokens.line },
    ticks: {
      color: tokens['ink-faint'],
      maxTicksLimit: 9,
      callback: (value: number | string, _: number, ticks: readonly { readonly value: number }[]) =>
        write(
          Number(value),
          ticks.map((tick) => tick.value),
        ),
    },
  };
}

/** What all charts have in common. */
export function commonOptions(tokens: ChartTokens) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    plugins: {
      legend: { align: 'start' as const, labels: { color: tokens['ink-soft'], usePointStyle: true, boxHeight: 7 } },
      tooltip: {
        backgroundColor: tokens['surface-raised'],
        titleColor: tokens.ink,
        bodyColor: tokens.ink,
        borderColor: tokens.line,
        borderWidth: 1,
        usePointStyle: true,
      },
    },
  } satisfies ChartOptions;
}

const longestLabel = 48;
/** Beside an axis, which takes less than half of a narrow panel. */
const longestLine = 34;

/** A name of several parts over two lines, where one would be long. */
export function chartLines(name: string): string | string[] {
  const parts = name.split(' · ');
  if (name.length <= 24 || parts.length < 2) return chartLabel(name, longestLine);
  const lengths = parts.map((_, index) => parts.slice(0, index + 1).join(' · ').length);
  const cut = lengths.findIndex((length) => length * 2 >= name.length) + 1;
  const first = cut >= parts.length ? parts.length - 1 : cut;
  return [parts.slice(0, first), parts.slice(first)].map((line) => chartLabel(line.join(' · '), longestLine));
}

/** A name as a chart has room for it. */
export const chartLabel = (name: string, longest = longestLabel): string =>
  name.length <= longest ? name : `${name.slice(0, longest - 1)}…`;

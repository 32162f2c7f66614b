import type { ChartConfiguration } from 'chart.js';
import { commonOptions, faded, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';
import type { HistoryPoint, HistorySeries } from '../../../shared/history.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

/** Along what the runs stand: nights lie far apart, their runs close together. */
export type TimeLineAxis = 'time' | 'run';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly point: HistoryPoint;
}

const dayMs = 86_400_000;
/** A lone run stands in the middle of a day; it has no span of its own. */
const aroundMs = (at: number) => ({ min: at - dayMs / 2, max: at + dayMs / 2 });

/** Every run of a cell with its levels, changes and baseline. */
export function timeLineChart(
  { points, levels, changes, baseline }: HistorySeries,
  { axis, text, format }: { readonly axis: TimeLineAxis; readonly text: Text['history']; readonly format: Format },
  tokens: ChartTokens,
): ChartConfiguration {
  const xOf = (index: number): number => (axis === 'time' ? points[index]!.at : index + 1);
  const places = points.map((point, index): Place => ({ x: xOf(index), y: point.p50Ms, point }));
  const byRun = new Map(places.map((place) => [place.point.runId, place]));
  const changed = (slower: boolean): readonly Place[] =>
    changes.flatMap(({ runId, ratio }) => (ratio.value > 1 === slower ? (byRun.get(runId) ?? []) : []));
  const pinned = baseline === null ? undefined : byRun.get(baseline.runId);
  // A gap between two levels, so that each stands as a line of its own.
  const steps = levels.flatMap(({ from, to, medianMs }) => [
    { x: xOf(from), y: medianMs },
    { x: xOf(to - 1), y: medianMs },
    { x: xOf(to - 1), y: NaN },
  ]);
  const dots = (label: string, data: readonly Place[], colour: string, style: object = {}) => ({
    ...{ type: 'scatter' as const, label, data: [...data], backgroundColor: colour, borderColor: colour },
    ...{ pointRadius: 3, clip: 10, ...style },
  });
  const marks = { pointRadius: 7, pointStyle: 'triangle', order: -1 };
  const common = commonOptions(tokens);
  const writeX = (value: number): string =>
    axis === 'time' ? format.dateTime(new Date(value).toISOString()) : format.number(value);
  return {
    type: 'scatter',
    data: {
      datasets: [
        dots(
          text.quietRuns,
          places.filter(({ point }) => !point.noisy),
          faded(tokens['series-1'], 0.7),
        ),
        dots(
          text.noisyRuns,
          places.filter(({ point }) => point.noisy),
          tokens['ink-faint'],
          {
            ...{ backgroundColor: 'transparent', borderWidth: 1.4 },
          },
        ),
        {
          ...{ type: 'line', label: text.level, data: steps, borderColor: tokens.ink, borderWidth: 2 },
          ...{ pointRadius: 0, pointHitRadius: 0, pointStyle: 'line' },
        },
        dots(text.slowerFrom, changed(true), tokens.bad, marks),
        dots(text.fasterFrom, changed(false), tokens.good, { ...marks, rotation: 180 }),
        ...(pinned === undefined
          ? []
          : [dots(text.pinned, [pinned], tokens['series-2'], { pointRadius: 7, pointStyle: 'rectRot', order: -1 })]),
      ],
    },
    options: {
      ...common,
      parsing: false,
      interaction: { mode: 'nearest', intersect: false },
      scales: {
        x: {
          ...valueAxis({ title: axis === 'time' ? text.timeAxis : text.runAxis, write: writeX }, tokens),
          bounds: 'data',
          ...(axis === 'time' && points.length === 1 ? aroundMs(points[0]!.at) : {}),
          ticks: {
            color: tokens['ink-faint'],
            maxTicksLimit: 6,
            includeBounds: false,
            callback: (value) => writeX(Number(value)),
          },
        },
        y: { ...valueAxis({ title: text.latencyAxis, write: format.latencyTickMs }, tokens), grace: '10%' },
      },
      plugins: {
        legend: {
          ...common.plugins.legend,
          labels: {
            ...common.plugins.legend.labels,
            filter: (item, { datasets }) => (datasets[item.datasetIndex ?? 0]?.data.length ?? 0) > 0,
          },
        },
        tooltip: {
          ...common.plugins.tooltip,
          filter: (item) => 'point' in (item.raw as object),
          callbacks: {
            title: ([item]) =>
              item === undefined ? '' : format.dateTime(new Date((item.raw as Place).point.at).toISOString()),
            label: ({ raw }) => {
              const { runId, p50Ms, noisy } = (raw as Place).point;
              return `${text.run} ${runId}: ${format.latencyMs(p50Ms)}${noisy ? `, ${text.noisy}` : ''}`;
            },
          },
        },
      },
    },
  } as ChartConfiguration;
}

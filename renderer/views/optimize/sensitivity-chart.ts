import type { ChartConfiguration } from 'chart.js';
import type { PruningAnalysis, PruningDrift } from '../../../shared/pruning.ts';
import { commonOptions, seriesStyle, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';

export interface SensitivityWords {
  readonly removed: string;
  readonly changed: string;
  readonly snr: string;
  readonly percent: (fraction: number) => string;
  readonly number: (value: number) => string;
}

const mostGroups = 12;

/** Whether the outputs score classes, so that changed answers can be counted. */
const countsChanges = ({ groups }: PruningAnalysis): boolean =>
  groups.some(({ drift }) => drift.some(({ changedPercent }) => changedPercent !== null));

/** Drift over the share of channels gone, a line for each of the most sensitive groups. */
export function sensitivityChart(
  analysis: PruningAnalysis,
  words: SensitivityWords,
  tokens: ChartTokens,
): ChartConfiguration {
  const changes = countsChanges(analysis);
  const valueOf = ({ changedPercent, snrDb }: PruningDrift): number => (changes ? (changedPercent ?? 0) / 100 : snrDb);
  const worst = (drift: readonly PruningDrift[]): number => Math.min(...drift.map(({ snrDb }) => snrDb));
  const groups = analysis.groups
    .filter(({ drift }) => drift.length > 0)
    .toSorted((a, b) => worst(a.drift) - worst(b.drift))
    .slice(0, mostGroups);
  const write = (value: number): string => (changes ? words.percent(value) : words.number(value));
  return {
    type: 'scatter',
    data: {
      datasets: groups.map(({ name, drift }, index) => {
        const { colour, pointStyle, dash } = seriesStyle(index, tokens);
        const start = changes ? [{ x: 0, y: 0 }] : [];
        return {
          label: name.length > 40 ? `${name.slice(0, 39)}…` : name,
          data: [...start, ...drift.map((one) => ({ x: one.ratio, y: valueOf(one) }))],
          ...{
            showLine: true,
            borderColor: colour,
            backgroundColor: colour,
            pointStyle,
            borderDash: dash,
            borderWidth: 2,
          },
        };
      }),
    },
    options: {
      ...commonOptions(tokens),
      scales: {
        x: valueAxis({ title: words.removed, fromZero: true, write: (ratio) => words.percent(ratio) }, tokens),
        y: valueAxis({ title: changes ? words.changed : words.snr, fromZero: changes, write }, tokens),
      },
    },
  };
}

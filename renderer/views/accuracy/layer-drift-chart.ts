import type { ChartConfiguration } from 'chart.js';
import { roundingSnrDb } from '../../../shared/layer-drift.ts';
import type { LayerDrift, LayerDriftReport } from '../../../shared/layer-drift.ts';
import { chartLabel, commonOptions, seriesStyle, valueAxis } from '../../charts/chart-theme.ts';
import type { ChartTokens } from '../../charts/chart-theme.ts';

export interface LayerWords {
  readonly axis: string;
  readonly snr: string;
  readonly equal: string;
  readonly notFinite: string;
  readonly number: (value: number) => string;
}

export interface LayerPoint {
  /** Counts from 1. */
  readonly x: number;
  /** dB; equal layers stand at the top, those that are not finite at 0. */
  readonly y: number;
  readonly layer: LayerDrift;
}

/** Equal ones and those that differ by rounding have no place above it. */
const top = roundingSnrDb + 20;

/** The layers that were compared. */
export const layerPoints = (layers: readonly LayerDrift[]): readonly LayerPoint[] =>
  layers.flatMap((layer, index): LayerPoint[] => {
    const { outcome } = layer;
    if (outcome.kind === 'no counterpart') return [];
    const y = outcome.kind === 'equal' ? top : outcome.kind === 'differs' ? Math.min(top, outcome.snrDb) : 0;
    return [{ x: index + 1, y, layer }];
  });

/** The ratio in words. */
export function layerSnr({ outcome }: LayerDrift, { equal, notFinite, number }: LayerWords): string {
  if (outcome.kind === 'differs') return number(outcome.snrDb);
  return outcome.kind === 'equal' ? equal : outcome.kind === 'not finite' ? notFinite : '';
}

/** SNR over the layers in their order; where drift starts and where it grows most are marked. */
export function layerDriftChart(
  { layers, startsAt, worstAt }: Pick<LayerDriftReport, 'layers' | 'startsAt' | 'worstAt'>,
  words: LayerWords,
  tokens: ChartTokens,
): ChartConfiguration {
  const points = layerPoints(layers);
  const marked = [startsAt, worstAt].flatMap((index) => (index === null ? [] : [index + 1]));
  const common = commonOptions(tokens);
  const { colour } = seriesStyle(0, tokens);
  const isMarked = ({ x }: LayerPoint): boolean => marked.includes(x);
  const configuration: ChartConfiguration<'line', LayerPoint[]> = {
    type: 'line',
    data: {
      datasets: [
        {
          data: [...points],
          ...{ borderColor: colour, borderWidth: 1.4 },
          backgroundColor: points.map((point) => (isMarked(point) ? tokens.bad : colour)),
          pointBorderColor: points.map((point) => (isMarked(point) ? tokens.bad : colour)),
          pointRadius: points.map((point) => (isMarked(point) ? 6 : 2.5)),
          pointStyle: points.map((point) => (isMarked(point) ? 'rectRot' : 'circle')),
        },
      ],
    },
    options: {
      ...common,
      parsing: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          ...valueAxis({ title: words.axis, write: (value) => words.number(value) }, tokens),
          min: 1,
          max: Math.max(2, layers.length),
        },
        y: {
          ...valueAxis(
            { title: words.snr, fromZero: true, write: (value) => (value === top ? words.equal : words.number(value)) },
            tokens,
          ),
          max: top,
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...common.plugins.tooltip,
          callbacks: {
            title: ([item]) => {
              const layer = (item?.raw as LayerPoint | undefined)?.layer;
              return layer === undefined ? '' : `${layer.operator} · ${chartLabel(layer.tensor)}`;
            },
            label: (item) => `${words.snr}: ${layerSnr((item.raw as LayerPoint).layer, words)}`,
          },
        },
      },
    },
  };
  return configuration as unknown as ChartConfiguration;
}

import type { ChartConfiguration } from 'chart.js';
import { expect, test } from 'vitest';
import type { ChartTokens } from '../../../renderer/charts/chart-theme.ts';
import { createFormat } from '../../../renderer/text/format.ts';
import { en } from '../../../renderer/text/en.ts';
import { paretoChart } from '../../../renderer/views/compare/pareto-chart.ts';
import type { ComparedCell } from '../../../renderer/views/compare/cells.ts';
import { sensitivityChart } from '../../../renderer/views/optimize/sensitivity-chart.ts';
import type { PruningGroup } from '../../../shared/pruning.ts';

const format = createFormat('en');
const tokens = new Proxy({}, { get: () => 'rgb(1, 2, 3)' }) as ChartTokens;

/** What stands at a place of an axis, written as chart.js has it written: with the place's index and all places. */
function tick(configuration: ChartConfiguration, axis: 'x' | 'y', value: number): unknown {
  const { callback } = configuration.options?.scales?.[axis]?.ticks as unknown as {
    callback: (value: number, index: number, ticks: readonly { value: number }[]) => string;
  };
  return callback(value, 1, [{ value: 0 }, { value }, { value: 1 }]);
}

test('sensitivity is written in percent along both axes', () => {
  const group: PruningGroup = {
    ...{ name: 'conv', layers: ['conv'], channels: 8, locked: null, macsShare: 0.2, parametersShare: 0.2 },
    importance: { lowest: 0.1, median: 1, highest: 2 },
    drift: [{ ratio: 0.25, channelsRemoved: 2, snrDb: 21.4, changedPercent: 1.5 }],
  };
  const words = {
    ...{ removed: en.optimize.removedAxis, changed: en.optimize.changedAxis, snr: en.optimize.snrAxis },
    ...{ percent: format.percent, number: format.number },
  };
  const chart = sensitivityChart({ groups: [group], examples: 10, parameters: 1, macs: 1 }, words, tokens);
  expect([tick(chart, 'x', 0.25), tick(chart, 'y', 0.015)]).toEqual(['25.0%', '1.5%']);
  const unlabelled = { ...group, drift: group.drift.map((drift) => ({ ...drift, changedPercent: null })) };
  const decibels = sensitivityChart({ groups: [unlabelled], examples: 10, parameters: 1, macs: 1 }, words, tokens);
  expect(tick(decibels, 'y', 21)).toBe('21');
});

test('latencies far apart stand on a logarithmic axis, near ones on one from zero', () => {
  const cell = (latencyMs: number): ComparedCell =>
    ({ latencyMs, accuracy: 99, snrDb: 30, sizeBytes: 1000, rejected: false }) as ComparedCell;
  const { compare: text } = en;
  const options = {
    ...{ goodness: 'accuracy' as const, front: [], names: new Map(), format },
    words: {
      ...{ latency: text.medianAxis, accuracy: text.accuracyAxis, snrDb: text.snrAxis, none: text.sizeAxis },
      ...{ front: text.onFront, others: text.offFront, frontLine: text.frontLine },
    },
  };
  const axis = (latencies: readonly number[]) =>
    paretoChart(latencies.map(cell), options, tokens).options?.scales?.['x'] as {
      type: string;
      min: number;
      max?: number;
    };
  expect(axis([0.5, 60])).toMatchObject({ type: 'logarithmic' });
  // Beyond the outermost, and written in one digit.
  expect(axis([0.5, 60])).toMatchObject({ min: 0.4, max: 80 });
  expect(axis([0.0372, 47_470])).toMatchObject({ min: 0.02, max: 60_000 });
  expect(axis([2, 9])).toMatchObject({ type: 'linear', min: 0 });
  expect(axis([])).toMatchObject({ type: 'linear', min: 0 });
});

import { describe, expect, test } from 'vitest';
import { durationMs } from '../../../main/hosts/cli/duration.ts';
import { nextTime } from '../../../main/hosts/cli/next-time.ts';
import { describePlan } from '../../../main/hosts/cli/plan-text.ts';
import { renderRuns } from '../../../main/hosts/cli/run-table.ts';
import { cutText, printable, textWidth, wrapText } from '../../../main/hosts/cli/terminal.ts';
import type { Terminal } from '../../../main/hosts/cli/terminal.ts';
import { renderTable } from '../../../main/hosts/cli/text-table.ts';
import type { PlannedCell, RunRow, SweepPlan } from '../../../shared/sweep.ts';
import { cellRequest } from '../../fixtures/cells.ts';

describe('wrapText', () => {
  test('keeps leading blanks of the first line and indents the others', () => {
    expect(wrapText('  one two three four', 11, '    ')).toBe('  one two\n    three\n    four');
  });
  test('leaves a word alone that is longer than the line', () => {
    expect(wrapText('a extraordinarily b', 5)).toBe('a\nextraordinarily\nb');
  });
});

test('wide letters count twice, accents nothing, colours nothing', () => {
  expect([textWidth('模型'), textWidth('e\u0301'), textWidth('\u001b[31mred\u001b[39m')]).toEqual([4, 1, 3]);
  expect(cutText('模型模型', 5)).toBe('模型…');
});

test('what would steer the terminal is replaced', () => {
  expect(printable('a\u001b[2Jb\u202ec\n')).toBe('a\ufffd[2Jb\ufffdc\ufffd');
});

test('a table drops what may go first, then cuts what may be cut', () => {
  const columns = [
    { title: 'name', text: (row: string) => row, shortest: 4 },
    { title: 'extra', text: () => 'goes first', dropOrder: 2 },
    { title: 'n', align: 'right' as const, text: (row: string) => String(row.length) },
  ];
  expect(renderTable(columns, ['abcdefghij', 'b'], 30)).toBe(
    'name        extra        n\nabcdefghij  goes first  10\nb           goes first   1\n',
  );
  expect(renderTable(columns, ['abcdefghij', 'b'], 12)).toBe('name       n\nabcdefg…  10\nb          1\n');
});

const row: RunRow = {
  ...{
    id: 1234,
    sweepId: 7,
    sweepName: 'night',
    round: 1,
    role: 'cell',
    repeat: 0,
    startedAt: '2030-01-31T01:00:00.000Z',
    cellKey: 'k',
  },
  ...{ modelSha256: 'a'.repeat(64), model: 'efficientnet-lite4-11-imagenet', variant: 'int8-static-per-channel' },
  ...{ precision: 'int8', provider: 'cpu', device: 'CPU', batchSize: 64, threads: 16, graphOptimization: 'all' },
  ...{ scenario: 'single-stream', status: 'done', reason: null, samples: 100 },
  ...{ p50Ms: 12.34, p50LowMs: 12.3, p50HighMs: 12.4, meanMs: 12.4, p90Ms: 13, p95Ms: 14, p99Ms: null, p999Ms: null },
  ...{ minMs: 12, maxMs: 15, coefficientOfVariation: 0.01, throughputPerSecond: 5186, sessionCreationMs: 80 },
  ...{ coldInferenceMs: 30, harnessOverheadMs: 0.001, peakRssBytes: 345e6, sizeBytes: 13e6, nodesOnProvider: 40 },
  ...{
    nodeCount: 41,
    steady: true,
    noisy: true,
    noiseCauses: ['other processes'],
    accuracyMetric: 'top1',
    accuracy: 91.2,
    accuracyLow: 90,
  },
  ...{ accuracyHigh: 92, snrDb: 31.5, speedup: null, environmentHash: 'e', dataset: 'digits', tags: [], note: '' },
};

test.each([80, 120])('the table of runs stays within %d columns', (width) => {
  const terminal: Pick<Terminal, 'width' | 'paint'> = { width, paint: (_, text) => text };
  const failed: RunRow = {
    ...row,
    ...{ id: 1235, status: 'failed', p50Ms: null, throughputPerSecond: null, accuracy: null },
    reason: 'The cell took longer than its deadline of 5.0 s and was ended; raise the deadline or measure less.',
  };
  const lines = renderRuns([row, failed], terminal as Terminal)
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
  expect(lines[1]).toMatch(/12\.3 ms/);
  expect(lines[2]).toMatch(/failed/);
});

test('at 80 columns texts are cut before the accuracy goes', () => {
  const terminal: Pick<Terminal, 'width' | 'paint'> = { width: 80, paint: (_, text) => text };
  const variant = { ...row, model: 'digits-squeezenet', variant: 'int8-static', nodesOnProvider: 41 };
  const [title = '', line = ''] = renderRuns([variant], terminal as Terminal).split('\n');
  expect(title).toMatch(/accuracy/);
  expect(line).toMatch(/^digits-sq.*int8-st.*12\.3 ms.*91\.2%.*noisy$/);
  expect(textWidth(line)).toBeLessThanOrEqual(80);
});

test('at 80 columns the table of a sweep of originals still has room for the accuracy', () => {
  const terminal: Pick<Terminal, 'width' | 'paint'> = { width: 80, paint: (_, text) => text };
  const original = { ...row, model: 'digits-squeezenet', variant: 'original', nodesOnProvider: 41 };
  const [title = '', line = ''] = renderRuns([original], terminal as Terminal).split('\n');
  expect(title).not.toContain('variant');
  expect(title).toContain('accuracy');
  expect(line).toMatch(/^digits-squeezenet .*91\.2%.*noisy$/);
});

test.each([80, 120])(
  'scenarios and optimization levels stand in the table where they differ, within %d columns',
  (width) => {
    const terminal: Pick<Terminal, 'width' | 'paint'> = { width, paint: (_, text) => text };
    const served = {
      ...{ ...row, nodesOnProvider: 41, model: 'digits-squeezenet', variant: 'original' },
      scenario: 'server, 100/s, bound 15 ms',
    };
    const [title = '', ...lines] = renderRuns([served, { ...served, graphOptimization: 'basic' }], terminal as Terminal)
      .trimEnd()
      .split('\n');
    expect(title).toMatch(/optim.*scenario/);
    expect(lines[0]).toMatch(/all .*server, 100/);
    for (const line of [title, ...lines]) expect(textWidth(line)).toBeLessThanOrEqual(width);
  },
);

const planned: PlannedCell = {
  cell: cellRequest({ modelName: 'efficientnet-lite4-11-imagenet', variant: 'int8-static-per-channel' }).cell,
  skipped: null,
  estimateMs: 12_000,
};

test.each([80, 120])('a plan stays within %d columns, its reasons and notes whole', (width) => {
  const server = { kind: 'server', queriesPerSecond: 100, latencyBoundMs: 15 } as const;
  const plan: SweepPlan = {
    ...{ name: 'overnight', rounds: 3, seed: 1, control: null, remeasure: 0, runCount: 6, estimateMs: 72_000 },
    estimateBasis: '1 cell: no earlier runs, midway between the shortest and the longest warm-up and measuring',
    cells: [
      planned,
      { ...planned, cell: { ...planned.cell, scenario: server } },
      { ...planned, skipped: { reason: 'This machine has no NVIDIA GPU, '.repeat(4) + 'none.', cure: 'Use cpu.' } },
    ],
    notes: ['silero_vad_v5 leaves sizes open; chosen at batch 1: input [1, 512], state [2, 1, 128]. State others.'],
  };
  const text = describePlan(plan, { width, paint: (_, told) => told });
  for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
  const flat = text.replaceAll('\n', ' ');
  expect(flat).toContain(`(${plan.estimateBasis})`);
  expect(flat).toContain(`1 cell can't run: ${plan.cells[2]!.skipped!.reason} Use cpu.`);
  expect(flat).toContain(`Note: ${plan.notes[0]}`);
  expect(text).toMatch(/server, 100/);
  expect(text).toMatch(/12 s$/m);
});

describe('nextTime', () => {
  const noon = new Date(2030, 0, 31, 12, 0);
  test('a time of day is the next one', () => {
    expect(nextTime('13:30', noon)).toEqual(new Date(2030, 0, 31, 13, 30));
    expect(nextTime('01:00', noon)).toEqual(new Date(2030, 1, 1, 1, 0));
    expect(nextTime('12:00', noon)).toEqual(new Date(2030, 1, 1, 12, 0));
  });
  test('a moment is itself', () => {
    expect(nextTime('2030-02-03T04:05', noon)).toEqual(new Date(2030, 1, 3, 4, 5));
  });
  test.each(['24:00', '7', 'soon', '2030-01-01T00:00'])('%s is refused', (text) => {
    expect(() => nextTime(text, noon)).toThrow(text);
  });
});

test('a duration is read as a person writes it, or refused', () => {
  expect(['90m', '6h', '1.5 h', '30s', '15 min'].map(durationMs)).toEqual([
    5_400_000, 21_600_000, 5_400_000, 30_000, 900_000,
  ]);
  for (const wrong of ['', '6', 'h', '-1h', '0h', '6 days']) expect(() => durationMs(wrong)).toThrow(/is no duration/);
});

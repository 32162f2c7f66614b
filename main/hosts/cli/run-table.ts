/** Runs as a table in the terminal. */
import { noiseKinds, noiseSentence } from '../../../shared/noise-kinds.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { formatBytes, formatLatencyMs } from '../../../shared/units.ts';
import { printable } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';
import type { TableColumn } from './text-table.ts';

/** The median and half its 95% interval, `3.07 ms ±0.4%`. */
function medianText({ p50Ms, p50LowMs, p50HighMs }: RunRow): string {
  if (p50Ms === null) return '';
  if (p50LowMs === null || p50HighMs === null) return formatLatencyMs(p50Ms);
  return `${formatLatencyMs(p50Ms)} ±${((50 * (p50HighMs - p50LowMs)) / p50Ms).toFixed(1)}%`;
}

const fourDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const perSecond = (throughput: number | null): string => (throughput === null ? '' : fourDigits.format(throughput));

function statusText({ status, reason, noisy }: RunRow): string {
  if (status !== 'done') return reason === null ? status : `${status}: ${reason}`;
  return noisy === true ? 'noisy' : '';
}

const columns: readonly TableColumn<RunRow>[] = [
  { title: 'run', align: 'right', text: ({ id }) => String(id), dropOrder: 6 },
  { title: 'model', text: ({ model }) => model, shortest: 10 },
  { title: 'variant', text: ({ variant }) => variant, shortest: 8 },
  { title: 'provider', text: ({ provider }) => provider, dropOrder: 4 },
  { title: 'batch', align: 'right', text: ({ batchSize }) => String(batchSize) },
  { title: 'threads', align: 'right', text: ({ threads }) => String(threads) },
  { title: 'optimization', text: ({ graphOptimization }) => graphOptimization, shortest: 5 },
  { title: 'scenario', text: ({ scenario }) => scenario, shortest: 13 },
  { title: 'round', align: 'right', text: ({ round }) => String(round), dropOrder: 5 },
  { title: 'median (95%)', align: 'right', text: medianText },
  { title: 'infer/s', align: 'right', text: ({ throughputPerSecond }) => perSecond(throughputPerSecond) },
  {
    title: 'accuracy',
    align: 'right',
    text: ({ accuracy }) => (accuracy === null ? '' : `${accuracy.toFixed(1)}%`),
    dropOrder: 1,
  },
  { title: 'SNR', align: 'right', text: ({ snrDb }) => (snrDb === null ? '' : `${snrDb.toFixed(1)} dB`), dropOrder: 3 },
  {
    title: 'memory',
    align: 'right',
    text: ({ peakRssBytes }) => (peakRssBytes === null ? '' : formatBytes(peakRssBytes)),
    dropOrder: 2,
  },
  {
    title: 'placed',
    align: 'right',
    text: ({ nodesOnProvider, nodeCount }) =>
      nodeCount === null || nodesOnProvider === nodeCount ? '' : `${nodesOnProvider}/${nodeCount}`,
  },
  { title: '', text: statusText, shortest: 10 },
];

/** Each reason why runs failed, were rejected, skipped or noisy, whole, with how often: `2 failed: …`. */
export function reasonsOf(rows: readonly RunRow[]): readonly string[] {
  const told = rows.flatMap(({ status, reason }) =>
    status === 'done' || reason === null ? [] : `${status}: ${reason}`,
  );
  const reasons = [...Map.groupBy(told, (text) => text)].map(([text, same]) => `${same.length} ${text}`);
  return [...reasons, ...noiseKinds(rows).map(noiseSentence)].map(printable);
}

/** Grouped by model, variant, batch and threads, so that what is compared stands together. */
export function renderRuns(rows: readonly RunRow[], terminal: Terminal): string {
  const key = (row: RunRow): string =>
    [
      row.model,
      row.variant,
      row.provider,
      String(row.batchSize).padStart(6),
      String(row.threads).padStart(4),
      row.scenario,
      String(row.round).padStart(5),
    ].join('\n');
  const sorted = rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  // A word that every row repeats would take the place of a figure.
  const isPlain = (title: string): boolean =>
    (title === 'variant' && rows.every(({ variant }) => variant === 'original')) ||
    (title === 'optimization' && rows.every(({ graphOptimization }) => graphOptimization === 'all')) ||
    (title === 'scenario' && rows.every(({ scenario }) => scenario === 'single-stream')) ||
    (title === 'round' && rows.every(({ round }) => round === 1));
  const shown = columns.filter(({ title }) => !isPlain(title));
  return renderTable(shown, sorted, terminal.width, (title) => terminal.paint('bold', title));
}

/** What a search tried and found, as a table. */
import type { SearchResult, SearchTrial } from '../../../shared/search.ts';
import { formatBytes, formatDurationMs } from '../../../shared/units.ts';
import { printable, wrapText } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';

const blank = '–';
const fixed = (value: number | null, digits: number): string => (value === null ? blank : value.toFixed(digits));

/** The tried variants in their order, the best one marked, then why. */
export function describeSearch(result: SearchResult, terminal: Terminal): string {
  const { trials, best, reason, durationMs, resumed } = result;
  const rows = trials.map((trial, index) => ({ trial, isBest: index === best }));
  const table = renderTable<(typeof rows)[number]>(
    [
      { title: '', text: ({ isBest }) => (isBest ? '*' : '') },
      { title: 'tried', text: ({ trial }) => trial.name },
      { title: 'latency ×', align: 'right', text: ({ trial }) => fixed(trial.ratio?.value ?? null, 3) },
      { title: '95%', align: 'right', text: ({ trial }) => interval(trial) },
      { title: 'size', align: 'right', text: ({ trial }) => formatBytes(trial.sizeBytes) },
      { title: 'drop', align: 'right', text: ({ trial }) => fixed(trial.drop, 2) },
      { title: 'SNR dB', align: 'right', text: ({ trial }) => fixed(trial.snrDb, 1) },
      { title: '', text: ({ trial }) => (trial.rejected === null ? '' : 'rejected'), shortest: 8 },
    ],
    rows,
    Infinity,
    (title) => terminal.paint('bold', title),
  );
  const earlier = resumed === 0 ? '' : `, ${resumed} of them by an earlier search`;
  return [
    table.trimEnd(),
    wrapText(`${best === null ? 'Keep the original. ' : ''}${printable(reason)}`, Math.min(terminal.width, 110), ''),
    `${trials.length} tried in ${formatDurationMs(durationMs)}${earlier}`,
    '',
  ].join('\n');
}

const interval = ({ ratio }: SearchTrial): string =>
  ratio === null ? blank : `${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)}`;

import type { RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import type { ColumnId } from './run-columns.ts';

/** What a cell of the table shows: its text, and what more a person may want to know. */
export interface CellText {
  readonly text: string;
  /** Long form, or the reason of a blank. */
  readonly title: string;
}

type Words = Pick<Text, 'common' | 'results' | 'accuracy' | 'engine'>;

const same = (text: string): CellText => ({ text, title: text });

/** A run's value in a column, in words; a blank says why it is one. */
export function cellText(row: RunRow, column: ColumnId, words: Words, format: Format): CellText {
  return figureText(row, column, words, format) ?? wordText(row, column, words, format);
}

type LatencyColumn = Extract<ColumnId, `${string}Ms`>;
const isLatency = (column: ColumnId): column is LatencyColumn => column.endsWith('Ms');

function figureText(row: RunRow, column: ColumnId, words: Words, format: Format): CellText | null {
  const { results: text } = words;
  const figure = (value: number | null, write: (value: number) => string, exact = String(value)): CellText =>
    value === null ? { text: '–', title: blankReason(row, column, words) } : { text: write(value), title: exact };
  if (isLatency(column)) {
    const exact = column === 'p50Ms' ? medianTitle(row, text, format) : `${row[column]} ms`;
    return figure(row[column], format.latencyMs, exact);
  }
  switch (column) {
    case 'samples':
      return figure(row.samples, format.number);
    case 'throughputPerSecond':
      return figure(row.throughputPerSecond, (value) => `${format.digits(value)}/s`, `${row.throughputPerSecond}/s`);
    case 'coefficientOfVariation':
      return figure(row.coefficientOfVariation, (value) => format.percent(value));
    case 'sizeBytes':
      return figure(row.sizeBytes === 0 ? null : row.sizeBytes, format.bytes, `${format.number(row.sizeBytes)} B`);
    case 'peakRssBytes':
      return figure(row.peakRssBytes, format.bytes, `${format.number(row.peakRssBytes ?? 0)} B`);
    case 'accuracy':
      return figure(row.accuracy, (value) => format.percent(value / 100, 2), accuracyTitle(row, words, format));
    case 'snrDb':
      return figure(row.snrDb, (value) => `${format.digits(value)} dB`);
    case 'speedup':
      return figure(row.speedup, (value) => `${format.digits(value)}×`);
    case 'nodesOnProvider':
      return figure(row.nodesOnProvider, (value) =>
        words.common.of(format.number(value), row.nodeCount === null ? '?' : format.number(row.nodeCount)),
      );
    case 'batchSize':
    case 'threads':
    case 'round':
    case 'id':
      return figure(row[column], String);
    default:
      return null;
  }
}

function wordText(row: RunRow, column: ColumnId, words: Words, format: Format): CellText {
  const { common, results, accuracy, engine } = words;
  const yesNo = (value: boolean | null): CellText =>
    value === null ? same('–') : same(value ? common.yes : common.no);
  switch (column) {
    case 'status':
      return {
        text: results.status[row.status],
        title: row.reason === null ? results.status[row.status] : engine(row.reason),
      };
    case 'startedAt':
      return {
        text: format.shortDateTime(row.startedAt),
        title: `${format.dateTime(row.startedAt)} (${row.startedAt})`,
      };
    case 'noisy':
      return row.noisy === true
        ? { text: results.noisy, title: row.noiseCauses.map(engine).join('\n') }
        : { text: row.noisy === null ? '–' : results.quiet, title: '' };
    case 'steady':
      return yesNo(row.steady);
    case 'tags':
      return same(row.tags.join(', '));
    case 'accuracyMetric':
      return same(row.accuracyMetric === null ? '' : (accuracy.metrics[row.accuracyMetric] ?? row.accuracyMetric));
    case 'reason':
      return same(engine(row.reason ?? ''));
    case 'dataset':
      return same(row.dataset ?? '');
    case 'modelSha256':
    case 'cellKey':
    case 'environmentHash':
      return { text: row[column].slice(0, 12), title: row[column] };
    default:
      return same(String(row[column as 'model']));
  }
}

/** Half the width of the median's interval, in percent of it (`±1.2%`); empty where there is none. */
export function medianMargin({ p50Ms, p50LowMs, p50HighMs }: RunRow, format: Format): string {
  if (p50Ms === null || p50LowMs === null || p50HighMs === null || p50Ms <= 0) return '';
  const share = (p50HighMs - p50LowMs) / 2 / p50Ms;
  return `±${format.percent(share, share < 0.0995 ? 1 : 0)}`;
}

function medianTitle({ p50Ms, p50LowMs, p50HighMs }: RunRow, text: Text['results'], format: Format): string {
  if (p50LowMs === null || p50HighMs === null) return `${p50Ms} ms`;
  return text.interval(format.latencyMs(p50LowMs), format.latencyMs(p50HighMs));
}

/** Which figure it is, with its interval. */
function accuracyTitle(row: RunRow, { results, accuracy: { metrics } }: Words, format: Format): string {
  const { accuracyLow, accuracyHigh, accuracy, accuracyMetric } = row;
  const name = accuracyMetric === null ? '' : `${metrics[accuracyMetric] ?? accuracyMetric}: `;
  if (accuracyLow === null || accuracyHigh === null) return `${name}${accuracy}%`;
  return `${name}${results.interval(format.percent(accuracyLow / 100, 2), format.percent(accuracyHigh / 100, 2))}`;
}

const percentiles: readonly ColumnId[] = ['p50Ms', 'p90Ms', 'p95Ms', 'p99Ms', 'p999Ms'];

function blankReason(row: RunRow, column: ColumnId, { results, engine }: Words): string {
  if (row.samples === null) return row.reason === null ? results.notMeasured : engine(row.reason);
  if (percentiles.includes(column)) return results.tooFewSamples(String(row.samples));
  if (column === 'speedup') return results.noSpeedup;
  if (column === 'accuracy') return results.noAccuracy;
  return results.notMeasured;
}

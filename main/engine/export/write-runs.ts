import { createWriteStream } from 'node:fs';
import { rename, rm, stat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { RunQuery } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { StoredRunRow } from '../store/run-row.ts';
import { csvHeader, csvRecords } from './csv.ts';
import { jsonRecords } from './json.ts';
import { gatherReport } from './report/report-data.ts';
import type { ReportSource } from './report/report-data.ts';
import { reportHtml } from './report/report-html.ts';
import { reportMarkdown } from './report/report-markdown.ts';
import { chooseColumns } from './run-columns.ts';
import type { ExportColumn, ExportedRun } from './run-columns.ts';

type RunFormat = 'csv' | 'json' | 'html' | 'md';

export interface ExportRequest {
  readonly query: RunQuery;
  readonly format: RunFormat;
  readonly file: string;
  /** Names of the columns, in their order; all without it. */
  readonly columns?: readonly string[];
}
export interface ExportReply {
  readonly rows: number;
  readonly sizeBytes: number;
}

/** What an export reads from. */
export type RunSource = ReportSource;

/**
 * Writes the rows of a query to a file: under a temporary name, on the disk, then renamed, so that no half file is ever
 * found under the name. Throws `storage` where the disk refuses, `invalid-input` for an unusable query or column.
 */
export async function writeRuns(source: RunSource, { file, ...request }: ExportRequest): Promise<ExportReply> {
  const temporary = `${file}.${process.pid}.part`;
  try {
    const rows = await streamRuns(source, { ...request, writable: createWriteStream(temporary) });
    await sync(temporary);
    await rename(temporary, file);
    return { rows, sizeBytes: (await stat(file)).size };
  } catch (error) {
    await rm(temporary, { force: true });
    throw exportError(error, file);
  }
}

/** Writes the rows of a query to a stream and ends it, giving way to the event loop after each batch; how many rows. */
export async function streamRuns(
  source: RunSource,
  request: Omit<ExportRequest, 'file'> & { readonly writable: Writable },
): Promise<number> {
  const counted = { rows: 0 };
  const text = textOf(source, request, counted);
  await pipeline(Readable.from(text, { objectMode: true, highWaterMark: 2 }), request.writable);
  return counted.rows;
}

function textOf(
  source: RunSource,
  { format, query, columns: names }: Omit<ExportRequest, 'file'>,
  counted: { rows: number },
): AsyncGenerator<string> {
  const columns = chooseColumns(names);
  if (format === 'csv') return csvText(source, query, columns, counted);
  return format === 'json' ? jsonText(source, query, columns, counted) : reportText(source, query, format, counted);
}

/** A report is gathered whole, then written in pieces. */
async function* reportText(
  source: RunSource,
  query: RunQuery,
  format: 'html' | 'md',
  counted: { rows: number },
): AsyncGenerator<string> {
  const data = await gatherReport(source, query, new Date());
  counted.rows = data.rows.length;
  if (format === 'md') yield reportMarkdown(data);
  else yield* reportHtml(data);
}

async function* csvText(
  source: RunSource,
  query: RunQuery,
  columns: readonly ExportColumn[],
  counted: { rows: number },
): AsyncGenerator<string> {
  yield csvHeader(columns);
  for await (const runs of exportedBatches(source, query, counted)) yield csvRecords(columns, runs);
}

/** Records of a piece of JSON: some 50 kB, for larger strings outlive V8's quick collection and memory grows. */
const jsonRuns = 10;

async function* jsonText(
  source: RunSource,
  query: RunQuery,
  columns: readonly ExportColumn[],
  counted: { rows: number },
): AsyncGenerator<string> {
  let before = '[\n';
  for await (const runs of exportedBatches(source, query, counted)) {
    for (let first = 0; first < runs.length; first += jsonRuns) {
      yield before + jsonRecords(columns, runs.slice(first, first + jsonRuns), (id) => source.measurementJson(id));
      before = ',\n';
    }
  }
  yield counted.rows === 0 ? '[]\n' : '\n]\n';
}

async function* exportedBatches(
  source: RunSource,
  query: RunQuery,
  counted: { rows: number },
): AsyncGenerator<readonly ExportedRun[]> {
  const environments = new Map<number, Environment>();
  const environmentOf = ({ environmentId }: StoredRunRow): Environment => {
    const environment = environments.get(environmentId) ?? source.environment(environmentId);
    environments.set(environmentId, environment);
    return environment;
  };
  const baselineAccuracy =
    query.baselineRunId === undefined ? null : (source.row(query.baselineRunId)?.accuracy ?? null);
  for (const rows of source.batches(query)) {
    counted.rows += rows.length;
    yield rows.map((row) => ({ row, environment: environmentOf(row), baselineAccuracy }));
    await setImmediate();
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync().finally(() => handle.close());
}

function exportError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(ENOSPC|EDQUOT|EFBIG)$/.test(code))
    return new CrivoError('storage', say('runsDiskFull', { file }), {
      cause: error,
    });
  if (/^E[A-Z]+$/.test(code)) {
    return new CrivoError('storage', say('runsUnwritable', { file, code, folder: dirname(file) }), { cause: error });
  }
  return error;
}

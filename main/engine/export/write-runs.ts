import { createWriteStream } from 'node:fs';
import { rename, rm, stat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { RunQuery } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { RunReads } from '../store/run-reads.ts';
import type { StoredRunRow } from '../store/run-row.ts';
import { csvHeader, csvRecords } from './csv.ts';
import { jsonRecords } from './json.ts';
import { chooseColumns } from './run-columns.ts';
import type { ExportColumn, ExportedRun } from './run-columns.ts';

type RunFormat = 'csv' | 'json';

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
export type RunSource = Pick<RunReads, 'batches' | 'environment' | 'measurementJson' | 'row'>;

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
  const columns = chooseColumns(request.columns);
  const counted = { rows: 0 };
  const text =
    request.format === 'csv'
      ? csvText(source, request.query, columns, counted)
      : jsonText(source, request.query, columns, counted);
  await pipeline(Readable.from(text, { objectMode: true, highWaterMark: 2 }), request.writable);
  return counted.rows;
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
    return new CrivoError('storage', `The disk is full: ${file} was not written; free some space and export again.`, {
      cause: error,
    });
  if (/^E[A-Z]+$/.test(code)) {
    return new CrivoError(
      'storage',
      `The file ${file} can't be written (${code}): check that ${dirname(file)} is a folder that you may write to.`,
      { cause: error },
    );
  }
  return error;
}

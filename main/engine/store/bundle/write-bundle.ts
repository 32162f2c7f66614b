import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { RunQuery } from '../../../../shared/contract.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { crivoVersion } from '../../version.ts';
import type { Connection } from '../database.ts';
import { conditionOf } from '../run-query.ts';
import { bundleFormat } from './bundle-lines.ts';
import type { BundleLine } from './bundle-lines.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface BundleReply {
  readonly runs: number;
  readonly sizeBytes: number;
}

/** Columns that belong to one data folder. */
const ownColumns = ['id', 'job_id', 'sweep_id', 'cell_id', 'environment_id'];

interface RunRecord extends Readonly<Record<string, string | number | null>> {
  readonly sweep_id: number;
  readonly cell_id: number;
  readonly environment_id: number;
}

/** Writes the runs of a query, one at a time; rejects with `storage` where the file can't be written. */
export async function writeBundle(
  db: Connection,
  query: RunQuery,
  file: string,
  machineId: string,
): Promise<BundleReply> {
  const condition = conditionOf(query);
  const ids = db
    .prepare<unknown[], number>(`SELECT runs.id FROM runs WHERE ${condition.sql} ORDER BY id`)
    .pluck()
    .all(...condition.values);
  const temporary = `${file}.${process.pid}.part`;
  try {
    const lines = Readable.from(signedLines(linesOf(db, ids, machineId)), { objectMode: true, highWaterMark: 1 });
    await pipeline(lines, createGzip(), createWriteStream(temporary, { flush: true }));
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (!(cause instanceof Error && 'code' in cause) || String(cause.code).startsWith('SQLITE')) throw cause;
    throw new CrivoError('storage', say('fileUnwritten', { file }), {
      cause,
    });
  }
  return { runs: ids.length, sizeBytes: (await stat(file)).size };
}

/** The lines as bytes, and a last one with their checksum. */
function* signedLines(lines: Iterable<BundleLine>): Generator<Buffer> {
  const hash = createHash('sha256');
  for (const line of lines) {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    hash.update(bytes);
    yield bytes;
  }
  const end: BundleLine = { kind: 'end', sha256: hash.digest('hex') };
  yield Buffer.from(`${JSON.stringify(end)}\n`);
}

/** What runs refer to comes once, before the first that does. */
function* linesOf(db: Connection, ids: readonly number[], machineId: string): Generator<BundleLine> {
  const read = createReads(db);
  const told = new Set<string>();
  const isNew = (key: string): boolean => !told.has(key) && told.add(key) !== undefined;
  yield { kind: 'format', format: bundleFormat, crivo: crivoVersion };
  for (const id of ids) {
    const record = read.run.get(id)!;
    const environment = read.environment.get(record.environment_id)!;
    const cell = read.cell.get(record.cell_id)!;
    const { origin, ...sweep } = read.sweep.get(record.sweep_id)!;
    // A sweep that was imported keeps where it came from.
    const sweepId = origin ?? `${machineId}:${record.sweep_id}`;
    if (isNew(`environment ${environment.hash}`)) yield { kind: 'environment', ...environment };
    if (isNew(`cell ${cell.key}`)) yield { kind: 'cell', ...cell };
    if (isNew(`sweep ${sweepId}`)) yield { kind: 'sweep', id: sweepId, ...sweep };
    const [details, samples] = [read.details.get(id), read.samples.get(id)];
    yield {
      ...{ kind: 'run', cell: cell.key, environment: environment.hash, sweep: sweepId, tags: read.tags.all(id) },
      columns: Object.fromEntries(Object.entries(record).filter(([name]) => !ownColumns.includes(name))),
      details:
        details === undefined ? null : { encoding: details.encoding, data: details.measurement.toString('base64') },
      samples:
        samples === undefined
          ? null
          : { count: samples.sample_count, encoding: samples.encoding, data: samples.data.toString('base64') },
    };
  }
}

interface SweepRecord {
  readonly name: string;
  readonly seed: number;
  readonly rounds: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
  readonly yaml: string;
  readonly origin: string | null;
}

const createReads = (db: Connection) => ({
  run: db.prepare<[number], RunRecord>('SELECT * FROM runs WHERE id = ?'),
  environment: db.prepare<[number], { hash: string; json: string }>(
    'SELECT hash, environment_json AS json FROM environments WHERE id = ?',
  ),
  cell: db.prepare<[number], { key: string; json: string }>('SELECT key, cell_json AS json FROM cells WHERE id = ?'),
  sweep: db.prepare<[number], SweepRecord>(
    'SELECT name, seed, rounds, created_at_ms AS createdAtMs, finished_at_ms AS finishedAtMs, yaml, origin FROM sweeps WHERE id = ?',
  ),
  details: db.prepare<[number], { encoding: string; measurement: Buffer }>(
    'SELECT encoding, measurement FROM run_details WHERE run_id = ?',
  ),
  samples: db.prepare<[number], { sample_count: number; encoding: string; data: Buffer }>(
    'SELECT sample_count, encoding, data FROM run_samples WHERE run_id = ?',
  ),
  tags: db.prepare<[number], string>('SELECT tag FROM run_tags WHERE run_id = ? ORDER BY tag').pluck(),
});

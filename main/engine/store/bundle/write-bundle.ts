import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { RunQuery } from '../../../../shared/contract.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { crivoVersion } from '../../version.ts';
import type { Connection } from '../database.ts';
import { conditionOf } from '../run-query.ts';
import { bundleFormat } from './bundle-lines.ts';
import type { BundleLine } from './bundle-lines.ts';

export interface BundleReply {
  readonly runs: number;
  readonly sizeBytes: number;
}

/** Columns that belong to one data folder. */
const ownColumns = ['id', 'job_id', 'sweep_id', 'cell_id', 'environment_id'];

interface RunRecord extends Readonly<Record<string, string | number | null>> {
  readonly id: number;
  readonly sweep_id: number;
  readonly cell_id: number;
  readonly environment_id: number;
}

/** Writes the runs of a query; throws `storage` where the file can't be written. */
export function writeBundle(db: Connection, query: RunQuery, file: string, machineId: string): BundleReply {
  const condition = conditionOf(query);
  const records = db
    .prepare<unknown[], RunRecord>(`SELECT runs.* FROM runs WHERE ${condition.sql} ORDER BY id`)
    .all(...condition.values);
  const lines: BundleLine[] = [{ kind: 'format', format: bundleFormat, crivo: crivoVersion }];
  const once = new Set<string>();
  const add = (key: string, line: () => BundleLine): void => {
    if (once.has(key)) return;
    once.add(key);
    lines.push(line());
  };
  const environmentOf = db.prepare<[number], { hash: string; json: string }>(
    'SELECT hash, environment_json AS json FROM environments WHERE id = ?',
  );
  const cellOf = db.prepare<[number], { key: string; json: string }>(
    'SELECT key, cell_json AS json FROM cells WHERE id = ?',
  );
  const sweepOf = db.prepare<
    [number],
    {
      name: string;
      seed: number;
      rounds: number;
      createdAtMs: number;
      finishedAtMs: number | null;
      yaml: string;
      origin: string | null;
    }
  >(
    'SELECT name, seed, rounds, created_at_ms AS createdAtMs, finished_at_ms AS finishedAtMs, yaml, origin FROM sweeps WHERE id = ?',
  );
  const detailsOf = db.prepare<[number], { encoding: string; measurement: Buffer }>(
    'SELECT encoding, measurement FROM run_details WHERE run_id = ?',
  );
  const samplesOf = db.prepare<[number], { sample_count: number; encoding: string; data: Buffer }>(
    'SELECT sample_count, encoding, data FROM run_samples WHERE run_id = ?',
  );
  const tagsOf = db.prepare<[number], string>('SELECT tag FROM run_tags WHERE run_id = ? ORDER BY tag').pluck();
  for (const record of records) {
    const environment = environmentOf.get(record.environment_id)!;
    const cell = cellOf.get(record.cell_id)!;
    const { origin: from, ...sweep } = sweepOf.get(record.sweep_id)!;
    // A sweep that was imported keeps where it came from.
    const sweepId = from ?? `${machineId}:${record.sweep_id}`;
    add(environment.hash, () => ({ kind: 'environment', ...environment }));
    add(cell.key, () => ({ kind: 'cell', ...cell }));
    add(sweepId, () => ({ kind: 'sweep', id: sweepId, ...sweep }));
    const [details, samples] = [detailsOf.get(record.id), samplesOf.get(record.id)];
    lines.push({
      ...{ kind: 'run', cell: cell.key, environment: environment.hash, sweep: sweepId, tags: tagsOf.all(record.id) },
      columns: Object.fromEntries(Object.entries(record).filter(([name]) => !ownColumns.includes(name))),
      details:
        details === undefined ? null : { encoding: details.encoding, data: details.measurement.toString('base64') },
      samples:
        samples === undefined
          ? null
          : { count: samples.sample_count, encoding: samples.encoding, data: samples.data.toString('base64') },
    });
  }
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const end: BundleLine = { kind: 'end', sha256: createHash('sha256').update(text).digest('hex') };
  const bytes = gzipSync(`${text}${JSON.stringify(end)}\n`);
  const temporary = `${file}.${process.pid}.part`;
  try {
    writeFileSync(temporary, bytes, { flush: true });
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new CrivoError('storage', `The file ${file} can't be written; check that its folder is there and has room.`, {
      cause,
    });
  }
  return { runs: records.length, sizeBytes: bytes.length };
}

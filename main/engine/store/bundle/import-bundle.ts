import type { Environment } from '../../../../shared/hardware.ts';
import type { Cell } from '../../../../shared/sweep.ts';

import { environmentHash } from '../../hardware/environment-hash.ts';
import { identifyCell } from '../canonical-json.ts';
import type { Connection } from '../database.ts';
import { createInterning } from '../interning.ts';
import { damaged, newer, readLines } from './bundle-lines.ts';
import { cellSchema } from './cell-schema.ts';
import type { BundleLine } from './bundle-lines.ts';

export interface ImportReply {
  readonly runs: number;
  /** Runs that were there already. */
  readonly known: number;
  readonly machines: readonly string[];
}

type RunLine = Extract<BundleLine, { kind: 'run' }>;

/** Ids in this store by their names in the bundle. */
interface Interned {
  readonly environments: Map<string, number>;
  readonly cells: Map<string, number>;
  readonly sweeps: Map<string, number>;
}

/**
 * Takes the runs of a bundle into the store. The file is read twice, a line at a time: first all of it is checked, so that
 * nothing of a damaged one is taken, then its runs are stored in small transactions, between which the event loop runs.
 * An import that was cut off is completed by another. Sweeps that came from elsewhere keep their origin, so that the same
 * bundle twice adds nothing, and environments keep their machine, so that machines are never mixed. Rejects with
 * `invalid-input` for what is no bundle, or a damaged one.
 */
export async function importBundle(db: Connection, file: string, machineId: string): Promise<ImportReply> {
  const check = createCheck(db, file);
  for await (const line of readLines(file)) check(line);
  const take = createTake(db, file, machineId);
  let reply: ImportReply = { runs: 0, known: 0, machines: [] };
  for await (const lines of inBatches(readLines(file))) {
    reply = db.transaction(() => lines.reduce<ImportReply>((_, line) => take(line), reply)).immediate();
  }
  return reply;
}

/** Lines that are stored at once: some tens of ms. */
const batchLines = 25;

async function* inBatches(lines: AsyncIterable<BundleLine>): AsyncGenerator<readonly BundleLine[]> {
  let batch: BundleLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < batchLines) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Throws where it is no JSON of an object. */
function parsed(json: string, file: string): object {
  try {
    const value = JSON.parse(json) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw damaged(file);
}

function environmentOf({ hash, json }: Extract<BundleLine, { kind: 'environment' }>, file: string): Environment {
  const environment = parsed(json, file) as Environment;
  if (typeof environment.machineId !== 'string' || environmentHash(environment) !== hash) throw damaged(file);
  return environment;
}

function cellOf({ key, json }: Extract<BundleLine, { kind: 'cell' }>, file: string): Cell {
  const cell = cellSchema.safeParse(parsed(json, file));
  if (!cell.success) throw damaged(file);
  const identified = identifyCell(cell.data);
  if (identified.key !== key || identified.json !== json) throw damaged(file);
  return cell.data;
}

const columnNamesOf = (db: Connection): ReadonlySet<string> =>
  new Set(db.prepare<[], string>("SELECT name FROM pragma_table_info('runs')").pluck().all());
const foreignColumns: ReadonlySet<string> = new Set(['id', 'job_id', 'sweep_id', 'cell_id', 'environment_id']);

/** Names that this store knows are the only ones that ever become SQL. */
function assertKnownColumns({ columns }: RunLine, known: ReadonlySet<string>, file: string): void {
  if (Object.keys(columns).some((name) => !known.has(name) || foreignColumns.has(name))) throw newer(file);
}

/** Throws for a line that could not be taken in. */
function createCheck(db: Connection, file: string): (line: BundleLine) => void {
  const names = { environment: new Set<string>(), cell: new Set<string>(), sweep: new Set<string>() };
  const columnNames = columnNamesOf(db);
  return (line) => {
    if (line.kind === 'environment') {
      environmentOf(line, file);
      names.environment.add(line.hash);
    } else if (line.kind === 'cell') {
      cellOf(line, file);
      names.cell.add(line.key);
    } else if (line.kind === 'sweep') names.sweep.add(line.id);
    else if (line.kind === 'run') {
      const refersToWhatIsThere =
        names.environment.has(line.environment) && names.cell.has(line.cell) && names.sweep.has(line.sweep);
      if (!refersToWhatIsThere) throw damaged(file);
      assertKnownColumns(line, columnNames, file);
    }
  };
}

/** Stores a line, and tells what was stored so far. */
function createTake(db: Connection, file: string, machineId: string): (line: BundleLine) => ImportReply {
  const { cell: internCell, environment: internEnvironment } = createInterning(db);
  const internSweep = createSweepInterning(db, machineId);
  const addRun = createRunImport(db, file);
  const interned: Interned = { environments: new Map(), cells: new Map(), sweeps: new Map() };
  const machines = new Set<string>();
  let [runs, known] = [0, 0];
  return (line) => {
    if (line.kind === 'environment') {
      const environment = environmentOf(line, file);
      machines.add(environment.machineId);
      interned.environments.set(line.hash, internEnvironment(environment));
    } else if (line.kind === 'cell') interned.cells.set(line.key, internCell(cellOf(line, file)));
    else if (line.kind === 'sweep') interned.sweeps.set(line.id, internSweep(line));
    else if (line.kind === 'run') {
      if (addRun(line, interned)) runs += 1;
      else known += 1;
    }
    return { runs, known, machines: [...machines] };
  };
}

function createSweepInterning(
  db: Connection,
  machineId: string,
): (line: Extract<BundleLine, { kind: 'sweep' }>) => number {
  const find = db.prepare<[string], number>('SELECT id FROM sweeps WHERE origin = ?').pluck();
  const findOwn = db
    .prepare<[number, number], number>('SELECT id FROM sweeps WHERE id = ? AND created_at_ms = ? AND origin IS NULL')
    .pluck();
  const add = db.prepare(
    `INSERT INTO sweeps (name, held, position, seed, rounds, created_at_ms, finished_at_ms, folder, yaml, origin)
     VALUES (@name, 'open', 0, @seed, @rounds, @createdAtMs, @finishedAtMs, '', @yaml, @id)`,
  );
  return (line) => {
    const isOwn = line.id.startsWith(`${machineId}:`);
    const own = isOwn ? findOwn.get(Number(line.id.slice(machineId.length + 1)), line.createdAtMs) : undefined;
    const finishedAtMs = line.finishedAtMs ?? line.createdAtMs;
    return find.get(line.id) ?? own ?? Number(add.run({ ...line, finishedAtMs }).lastInsertRowid);
  };
}

/** Adds a run with all that belongs to it; false where it was there. */
function createRunImport(db: Connection, file: string): (line: RunLine, interned: Interned) => boolean {
  const columnNames = columnNamesOf(db);
  const findJob = db
    .prepare<unknown[], number>(
      'SELECT id FROM jobs WHERE sweep_id = ? AND cell_id = ? AND round = ? AND role = ? AND repeat = ?',
    )
    .pluck();
  const addJob = db.prepare(
    `INSERT INTO jobs (sweep_id, cell_id, round, role, repeat, position, state, attempts, estimate_ms)
     VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM jobs WHERE sweep_id = ?), ?, 1, 0)`,
  );
  const addTag = db.prepare('INSERT OR IGNORE INTO run_tags (run_id, tag) VALUES (?, ?)');
  const addDetails = db.prepare('INSERT INTO run_details (run_id, encoding, measurement) VALUES (?, ?, ?)');
  const addSamples = db.prepare('INSERT INTO run_samples (run_id, sample_count, encoding, data) VALUES (?, ?, ?, ?)');
  return (line, { environments, cells, sweeps }) => {
    const { columns, tags, details, samples, ...names } = line;
    assertKnownColumns(line, columnNames, file);
    const [sweep, cell] = [sweeps.get(names.sweep), cells.get(names.cell)];
    const environment = environments.get(names.environment);
    if (sweep === undefined || cell === undefined || environment === undefined) throw damaged(file);
    const place = [sweep, cell, columns['round'], columns['role'] ?? 'cell', columns['repeat'] ?? 0];
    if (findJob.get(...place) !== undefined) return false;
    const state = columns['status'] === 'failed' || columns['status'] === 'skipped' ? columns['status'] : 'done';
    const jobId = Number(addJob.run(...place, sweep, state).lastInsertRowid);
    const record: Record<string, string | number | null> = {
      ...columns,
      ...{ job_id: jobId, sweep_id: sweep, cell_id: cell, environment_id: environment },
    };
    const fields = Object.keys(record);
    const insert = db.prepare(
      `INSERT INTO runs (${fields.join(', ')}) VALUES (${fields.map((name) => `@${name}`).join(', ')})`,
    );
    const runId = Number(insert.run(record).lastInsertRowid);
    for (const tag of tags) addTag.run(runId, tag);
    if (details !== null) addDetails.run(runId, details.encoding, Buffer.from(details.data, 'base64'));
    if (samples !== null) {
      addSamples.run(runId, samples.count, samples.encoding, Buffer.from(samples.data, 'base64'));
    }
    return true;
  };
}

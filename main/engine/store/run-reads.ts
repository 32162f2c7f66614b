import { CrivoError } from '../../../shared/errors.ts';
import type { RunQuery } from '../../../shared/contract.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { Measurement } from '../../../shared/measurement.ts';
import type { Cell, Run, RunRow } from '../../../shared/sweep.ts';
import type { ComparisonTable } from '../../../shared/comparison.ts';
import { compareRuns } from './compare-runs.ts';
import type { CompareRequest } from './compare-runs.ts';
import type { HistorySeries } from '../../../shared/history.ts';
import { readHistory } from './history.ts';
import { createDetailsReader } from './run-details.ts';
import type { Connection } from './database.ts';
import { createRunFacets } from './run-facets.ts';
import type { Facet } from './run-facets.ts';
import { createRunRow, iterateRuns, queryRuns } from './run-query.ts';
import type { StoredRunRow } from './run-row.ts';
import { thinSamples } from './thin-samples.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface SampleRequest {
  readonly limit?: number;
  readonly sorted?: boolean;
}
export interface SampleReply {
  readonly samplesMs: Float64Array;
  /** How many were measured. */
  readonly count: number;
}

/** Reading of stored runs over one connection; long answers block the thread that asks. */
export interface RunReads {
  readonly query: (query: RunQuery) => { readonly rows: readonly RunRow[]; readonly total: number };
  readonly facets: (where: string | undefined) => readonly Facet[];
  /** Throws `not-found`, also where retention removed them. */
  readonly samples: (id: number, request: SampleRequest) => SampleReply;
  /** Every row of the query, in its order, in batches. */
  readonly batches: (query: RunQuery) => Iterable<readonly StoredRunRow[]>;
  /** Null where there is no such run. */
  readonly row: (id: number, baselineRunId?: number) => RunRow | null;
  /** Throws `not-found`. */
  readonly get: (id: number) => { readonly run: Run; readonly environment: Environment };
  /** The whole measurement, as JSON; null where a run wasn't measured. */
  readonly measurementJson: (id: number) => string | null;
  readonly environment: (environmentId: number) => Environment;
  /** See `readHistory`. */
  readonly history: (where: string | undefined) => readonly HistorySeries[];
  /** See `compareRuns`. */
  readonly compare: (request: CompareRequest) => ComparisonTable;
}

/** The reads over a connection. */
export function createRunReads(db: Connection): RunReads {
  const samplesOf = db.prepare<[number], { encoding: string; data: Buffer }>(
    'SELECT encoding, data FROM run_samples WHERE run_id = ?',
  );
  const environmentOf = db.prepare<[number], string>('SELECT environment_json FROM environments WHERE id = ?').pluck();
  const measurementJson = createDetailsReader(db);
  const environment = (id: number): Environment => JSON.parse(environmentOf.get(id) ?? 'null') as Environment;
  const get = createRunGetter(db, measurementJson, environment);
  const facets = createRunFacets(db);
  return {
    query: (query) => queryRuns(db, query),
    facets,
    samples: (id, request) => {
      const packed = samplesOf.get(id);
      if (packed === undefined) throw noSamples(id, get(id).run);
      return thinSamples(packed, request);
    },
    batches: (query) => iterateRuns(db, query),
    row: createRunRow(db),
    get,
    measurementJson,
    environment,
    history: (where) => readHistory(db, where),
    compare: (request) => compareRuns(db, request),
  };
}

const noRun = (id: number): CrivoError => new CrivoError('not-found', say('noRunShown', { run: id }));

function noSamples(id: number, { measurement }: Run): CrivoError {
  const why = measurement === null ? say('notMeasured') : say('samplesForgotten');
  return new CrivoError('not-found', say('noSamples', { run: id, why }));
}

interface RunDetailRecord {
  readonly job_id: number;
  readonly environment_id: number;
  readonly seed: number;
  readonly parent_sha256: string | null;
  readonly cell_json: string;
}

/** What a run tells as its row does. */
const rowFields = [
  ...(['id', 'sweepId', 'sweepName', 'round', 'role', 'repeat', 'startedAt', 'cellKey', 'status', 'reason'] as const),
  ...(['environmentHash', 'precision', 'sizeBytes', 'tags', 'note'] as const),
] as const;

const pick = <T, K extends keyof T>(value: T, fields: readonly K[]): Pick<T, K> =>
  Object.fromEntries(fields.map((field) => [field, value[field]])) as Pick<T, K>;

function createRunGetter(
  db: Connection,
  measurementJson: RunReads['measurementJson'],
  environment: RunReads['environment'],
): RunReads['get'] {
  const rest = db.prepare<[number], RunDetailRecord>(
    'SELECT job_id, environment_id, seed, parent_sha256, cell_json FROM runs JOIN cells ON cells.id = runs.cell_id WHERE runs.id = ?',
  );
  const rowOf = createRunRow(db);
  return (id) => {
    const row = rowOf(id, undefined);
    const record = rest.get(id);
    if (row === null || record === undefined) throw noRun(id);
    const cell = JSON.parse(record.cell_json) as Cell;
    const stored = {
      jobId: record.job_id,
      seed: record.seed,
      parentSha256: record.parent_sha256,
      cell,
      measurement: JSON.parse(measurementJson(id) ?? 'null') as Measurement | null,
    };
    const run = { ...pick(row, rowFields), ...stored };
    return { run, environment: environment(record.environment_id) };
  };
}

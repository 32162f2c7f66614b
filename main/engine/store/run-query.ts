import { say } from '../../../shared/phrases/phrase.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { RunQuery } from '../../../shared/contract.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import type { Connection } from './database.ts';
import { findRunColumn, nearestColumn } from './run-columns.ts';
import { compileRunFilter } from './run-filter.ts';
import type { SqlCondition } from './run-filter.ts';
import { runColumns, runJoins, toRunRow, toStoredRunRow } from './run-row.ts';
import type { RunRecord, StoredRunRow } from './run-row.ts';

/** Rows of a page where the query names no limit. */
const defaultLimit = 200;
/** Rows read at a time by `iterateRuns`: some 2 ms, and garbage that is young when it is collected. */
const batchRows = 100;

/** The rows of a query's page, in its order, and how many rows it has in all. Throws `invalid-input` with the place in the filter. */
export function queryRuns(
  db: Connection,
  query: RunQuery,
): { readonly rows: readonly RunRow[]; readonly total: number } {
  const { page, total } = pageOf(db, query);
  const baseline = baselineMs(db, query);
  return { rows: recordReader(db)(page).map((record) => toRunRow(record, baseline)), total };
}

/** The ids of a query's page, and how many runs it has in all. */
function pageOf(db: Connection, query: RunQuery): { readonly page: readonly number[]; readonly total: number } {
  const condition = conditionOf(query);
  const [offset, limit] = [query.offset ?? 0, query.limit ?? defaultLimit];
  if (condition.values.length > 0 && newestFirst(query)) {
    // A filter that leaves many runs has its first page among the newest of all: what is left is to count.
    const first = idsAmongNewest(db, condition, offset + limit);
    if (first.length === offset + limit) return { page: first.slice(offset), total: count(db, condition) };
    // Else one pass over all runs tells both how many there are and, newest first, which come first.
    const ids = idsInOrder(db, query, condition, -1, 0);
    return { page: ids.slice(offset, offset + limit), total: ids.length };
  }
  const total = count(db, condition);
  return { page: offset < total ? idsInOrder(db, query, condition, limit, offset) : [], total };
}

const count = (db: Connection, { sql, values }: SqlCondition): number =>
  db
    .prepare<unknown[], number>(`SELECT count(*) FROM runs WHERE ${sql}`)
    .pluck()
    .get(...values) ?? 0;

/** So many of the newest runs are looked at, a twentieth of what a pass over 100,000 takes. */
const newestLookedAt = 5_000;

/** The first `limit` ids of a filter, newest first, as far as the newest runs of all hold them. */
function idsAmongNewest(db: Connection, { sql, values }: SqlCondition, limit: number): readonly number[] {
  if (limit > newestLookedAt) return [];
  const newest = 'SELECT id FROM runs ORDER BY started_at_ms DESC, id DESC LIMIT ?';
  return db
    .prepare<unknown[], number>(
      `SELECT runs.id FROM (${newest}) AS newest CROSS JOIN runs ON runs.id = newest.id WHERE ${sql} ORDER BY started_at_ms DESC, runs.id DESC LIMIT ?`,
    )
    .pluck()
    .all(newestLookedAt, ...values, limit);
}

/**
 * All rows of a query in its order, in batches; memory holds one batch and the ids. The query's limit and offset count
 * where they are given. Runs never change but for their tags and notes, so that no read transaction is held open.
 */
export function* iterateRuns(db: Connection, query: RunQuery): Generator<readonly StoredRunRow[]> {
  const ids = idsInOrder(db, query, conditionOf(query), query.limit ?? -1, query.offset ?? 0);
  const baseline = baselineMs(db, query);
  const records = recordReader(db);
  for (let first = 0; first < ids.length; first += batchRows) {
    yield records(ids.slice(first, first + batchRows)).map((record) => toStoredRunRow(record, baseline));
  }
}

/** Gives one run's row, or null. */
export function createRunRow(db: Connection): (id: number, baselineRunId: number | undefined) => RunRow | null {
  const records = recordReader(db);
  return (id, baselineRunId) => {
    const record = records([id])[0];
    return record === undefined ? null : toRunRow(record, baselineMs(db, { baselineRunId }));
  };
}

/** What the query's filter and sweep ask for, as one condition over `runs`. */
export function conditionOf({ where, sweepId }: Pick<RunQuery, 'where' | 'sweepId'>): SqlCondition {
  const filter = compileRunFilter(where ?? '');
  return sweepId === undefined
    ? filter
    : { sql: `runs.sweep_id = ? AND (${filter.sql})`, values: [sweepId, ...filter.values] };
}

/** Ids first, rows after: sorting then carries numbers, not rows. */
function idsInOrder(
  db: Connection,
  query: RunQuery,
  condition: SqlCondition,
  limit: number,
  offset: number,
): readonly number[] {
  return db
    .prepare<unknown[], number>(
      `SELECT runs.id FROM runs WHERE ${condition.sql} ORDER BY ${orderOf(query, condition.values.length > 0)} LIMIT ? OFFSET ?`,
    )
    .pluck()
    .all(...condition.values, limit, offset);
}

/** Whether the order is that in which runs were started, or stored: they are stored in much the order in which they start. */
const newestFirst = ({ sort = [] }: RunQuery): boolean =>
  sort.length === 0 ||
  (sort.length === 1 && sort[0]?.descending === true && findRunColumn(sort[0].column)?.name === 'started');

/** Newest first unless asked otherwise; blanks last in both directions. */
function orderOf({ sort }: RunQuery, filtered: boolean): string {
  const terms = (sort ?? []).map(({ column, descending }) => {
    // Faster is a smaller median, whatever the baseline is.
    if (column === 'speedup') return `runs.p50_ms ${descending === true ? 'ASC NULLS LAST' : 'DESC'}`;
    const found = findRunColumn(column);
    if (found === null) {
      const meant = nearestColumn(column);
      throw new CrivoError(
        'invalid-input',
        meant === null ? say('unsortable', { column }) : say('unsortableMeant', { column, meant }),
      );
    }
    // Going by the index of starts would only scatter the look that a filter takes at every run: the + keeps SQLite from it.
    const index = filtered && found.name === 'started' ? '+' : '';
    const collation = found.type === 'text' || found.type === 'tag' ? ' COLLATE NOCASE' : '';
    return `${index}${found.sql}${collation} ${descending === true ? 'DESC' : 'ASC NULLS LAST'}`;
  });
  return [...terms, 'runs.id DESC'].join(', ');
}

/** Gives the records of ids, in their order. */
function recordReader(db: Connection): (ids: readonly number[]) => readonly RunRecord[] {
  const statement = db.prepare<[string], RunRecord>(
    `SELECT ${runColumns} FROM json_each(?) AS wanted CROSS JOIN runs ON runs.id = wanted.value ${runJoins} ORDER BY wanted.key`,
  );
  return (ids) => statement.all(JSON.stringify(ids));
}

function baselineMs(db: Connection, { baselineRunId }: Pick<RunQuery, 'baselineRunId'>): number | null {
  if (baselineRunId === undefined) return null;
  return db.prepare<[number], number | null>('SELECT p50_ms FROM runs WHERE id = ?').pluck().get(baselineRunId) ?? null;
}

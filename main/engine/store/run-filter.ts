import type { RunColumn } from './run-columns.ts';
import { parseRunFilter } from './run-filter-parser.ts';
import type { FilterNode, FilterTest } from './run-filter-parser.ts';

/** A condition over `runs` with its values apart: no text of a person is ever part of the SQL. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const everything: SqlCondition = { sql: '1', values: [] };

/**
 * The filter of `--where` and of the Results page as SQL: `model:digits-* batch>=4 p50<2ms -status:failed "free text"`.
 * Terms side by side must all hold; `or`, `not` (or `-`) and parentheses as usual. Throws `invalid-input` with the character.
 */
export function compileRunFilter(text: string): SqlCondition {
  const node = parseRunFilter(text);
  return node === null ? everything : compile(node);
}

function compile(node: FilterNode): SqlCondition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return join(node.kind, node.parts.map(compile));
    case 'not': {
      const inner = compile(node.part);
      // A blank neither is nor isn't: what is not known to hold does not hold, and its denial does.
      return { sql: `(${inner.sql}) IS NOT TRUE`, values: inner.values };
    }
    case 'words':
      return compileWords(node.pattern);
    case 'test':
      return join(
        'or',
        node.tests.map((test) => compileTest(node.column, test)),
      );
  }
}

function join(operator: 'and' | 'or', parts: readonly SqlCondition[]): SqlCondition {
  if (parts.length === 1) return parts[0]!;
  return {
    sql: parts.map(({ sql }) => `(${sql})`).join(operator === 'and' ? ' AND ' : ' OR '),
    values: parts.flatMap(({ values }) => values),
  };
}

function compileTest(column: RunColumn, test: FilterTest): SqlCondition {
  switch (test.kind) {
    case 'blank':
      return { sql: column.type === 'text' ? `coalesce(${column.sql}, '') = ''` : `${column.sql} IS NULL`, values: [] };
    case 'present':
      return {
        sql: column.type === 'text' ? `coalesce(${column.sql}, '') <> ''` : `${column.sql} IS NOT NULL`,
        values: [],
      };
    case 'equals':
      return { sql: `${column.sql} = ?`, values: [test.value] };
    case 'range':
      return compileRange(column, test);
    case 'text':
      return column.type === 'tag' ? compileTag(test) : likeColumn(column.sql, test.pattern);
  }
}

function compileRange(column: RunColumn, { low, high }: Extract<FilterTest, { kind: 'range' }>): SqlCondition {
  const bounds: SqlCondition[] = [];
  if (low !== null) bounds.push({ sql: `${column.sql} ${low.inclusive ? '>=' : '>'} ?`, values: [low.value] });
  if (high !== null) bounds.push({ sql: `${column.sql} ${high.inclusive ? '<=' : '<'} ?`, values: [high.value] });
  return join('and', bounds);
}

function compileTag({ pattern }: { readonly pattern: string }): SqlCondition {
  const like = likeColumn('tag', pattern);
  return { sql: `runs.id IN (SELECT run_id FROM run_tags WHERE ${like.sql})`, values: like.values };
}

const isAscii = (text: string): boolean => !/\P{ASCII}/u.test(text);

/** LIKE takes A and a for one, but not Ç and ç: there, both sides are folded, where the value has such letters at all. */
function likeColumn(sql: string, pattern: string): SqlCondition {
  if (isAscii(pattern)) return { sql: `${sql} LIKE ? ESCAPE '\\'`, values: [pattern] };
  return {
    sql: `length(${sql}) < octet_length(${sql}) AND fold(${sql}) LIKE ? ESCAPE '\\'`,
    values: [pattern.toLowerCase()],
  };
}

/** Columns of `runs` that free words are looked for in, beside sweep and tags. */
const wordColumns = [
  'model',
  'variant',
  'precision',
  'provider',
  'device',
  'scenario',
  'dataset',
  'status',
  'reason',
  'note',
];

function compileWords(pattern: string): SqlCondition {
  const inColumns = wordColumns.map((name) => likeColumn(`runs.${name}`, pattern));
  const inSweep = likeColumn('name', pattern);
  return join('or', [
    ...inColumns,
    { sql: `runs.sweep_id IN (SELECT id FROM sweeps WHERE ${inSweep.sql})`, values: inSweep.values },
    compileTag({ pattern }),
  ]);
}

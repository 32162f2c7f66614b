import { CrivoError } from '../../../shared/errors.ts';
import { findRunColumn, nearestColumn } from './run-columns.ts';
import type { RunColumn } from './run-columns.ts';
import { filterError, seesWord, skipSpace, takeComma, takeValue, takeWord } from './run-filter-text.ts';
import type { Cursor, Value } from './run-filter-text.ts';
import { parseOrdered } from './run-filter-values.ts';
import type { OrderedTest } from './run-filter-values.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** One thing asked of one column; several of them are alternatives. Patterns are LIKE's, with `\` as its escape. */
export type FilterTest =
  OrderedTest | { readonly kind: 'blank' | 'present' } | { readonly kind: 'text'; readonly pattern: string };

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly part: FilterNode }
  | { readonly kind: 'words'; readonly pattern: string }
  | { readonly kind: 'test'; readonly column: RunColumn; readonly tests: readonly FilterTest[] };

/** Bounds that SQLite's own (1,000 levels of an expression) lie well beyond. */
const mostTerms = 200;
const mostLevels = 50;

/** What a filter says, or null for an empty one. Throws `invalid-input` that names the character (from 1). */
export function parseRunFilter(text: string): FilterNode | null {
  const cursor: Cursor = { text, at: 0, terms: 0, level: 0 };
  skipSpace(cursor);
  if (cursor.at === text.length) return null;
  const node = parseAlternatives(cursor);
  if (cursor.at < text.length) throw filterError(say('closingTooMany'), cursor.at);
  return node;
}

function parseAlternatives(cursor: Cursor): FilterNode {
  const parts = [parseTogether(cursor)];
  while (takeWord(cursor, 'or')) parts.push(parseTogether(cursor));
  return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
}

function parseTogether(cursor: Cursor): FilterNode {
  const parts = [parseTerm(cursor)];
  for (;;) {
    const explicit = takeWord(cursor, 'and');
    if (!explicit && (cursor.at === cursor.text.length || cursor.text[cursor.at] === ')' || seesWord(cursor, 'or')))
      break;
    parts.push(parseTerm(cursor));
  }
  return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
}

function parseTerm(cursor: Cursor): FilterNode {
  cursor.terms += 1;
  if (cursor.terms > mostTerms) throw filterError(say('tooManyTerms', { most: mostTerms }), cursor.at);
  const first = cursor.text[cursor.at];
  if (first === undefined || first === ')' || seesWord(cursor, 'or') || seesWord(cursor, 'and')) {
    throw filterError(say('lacksTerm'), cursor.at, say('writeTerm'));
  }
  if (first === '(') return parseGroup(cursor);
  if (takeWord(cursor, 'not')) return deeper(cursor, () => ({ kind: 'not', part: parseTerm(cursor) }));
  if (first === '-') return parseNegation(cursor);
  return parseTest(cursor) ?? parseWords(cursor);
}

function parseGroup(cursor: Cursor): FilterNode {
  const opened = cursor.at;
  cursor.at += 1;
  skipSpace(cursor);
  const node = deeper(cursor, () => parseAlternatives(cursor));
  if (cursor.text[cursor.at] !== ')') throw filterError(say('openParenthesis'), opened);
  cursor.at += 1;
  skipSpace(cursor);
  return node;
}

function parseNegation(cursor: Cursor): FilterNode {
  const at = cursor.at;
  cursor.at += 1;
  if (cursor.at === cursor.text.length || /\s/.test(cursor.text[cursor.at]!)) {
    throw filterError(say('loneMinus'), at, say('minusRightBefore'));
  }
  return deeper(cursor, () => ({ kind: 'not', part: parseTerm(cursor) }));
}

function deeper(cursor: Cursor, parse: () => FilterNode): FilterNode {
  cursor.level += 1;
  if (cursor.level > mostLevels) throw filterError(say('tooManyLevels', { most: mostLevels }), cursor.at);
  const node = parse();
  cursor.level -= 1;
  return node;
}

const testStart = /([A-Za-z][\w.-]*)(?:\s*(!=|<=|>=|=|<|>)\s*|(:))/y;

function parseTest(cursor: Cursor): FilterNode | null {
  testStart.lastIndex = cursor.at;
  const found = testStart.exec(cursor.text);
  if (found === null) return null;
  const [whole, name, comparison, colon] = found;
  const column = findRunColumn(name!);
  if (column === null) {
    const meant = nearestColumn(name!);
    const fault = { column: name!, place: cursor.at + 1 };
    throw new CrivoError(
      'invalid-input',
      meant === null ? say('unknownColumn', fault) : say('unknownColumnMeant', { ...fault, meant }),
      { at: cursor.at },
    );
  }
  const operator = comparison ?? colon!;
  const operatorAt = cursor.at + name!.length;
  cursor.at += whole.length;
  const values = takeValues(cursor, column);
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') {
    return { kind: 'test', column, tests: [parseComparison(column, operator, values, operatorAt)] };
  }
  const node: FilterNode = { kind: 'test', column, tests: values.map((value) => parseValue(column, value)) };
  return operator === '!=' ? { kind: 'not', part: node } : node;
}

function takeValues(cursor: Cursor, column: RunColumn): readonly Value[] {
  const values: Value[] = [];
  do {
    const value = takeValue(cursor);
    if (value === null) throw filterError(say('lacksValue', { column: column.name }), cursor.at);
    values.push(value);
  } while (takeComma(cursor));
  skipSpace(cursor);
  return values;
}

function parseValue(column: RunColumn, value: Value): FilterTest {
  const word = value.quoted ? '' : value.text.toLowerCase();
  if (word === 'none' || word === 'any') return { kind: word === 'none' ? 'blank' : 'present' };
  if (column.type === 'text' || column.type === 'tag') return { kind: 'text', pattern: likePattern(value) };
  return ordered(column, ':', value);
}

function parseComparison(
  column: RunColumn,
  operator: string,
  values: readonly Value[],
  operatorAt: number,
): FilterTest {
  if (column.type === 'text' || column.type === 'tag' || column.type === 'boolean') {
    throw filterError(
      say('comparesBy', { column: column.name, operator }),
      operatorAt,
      say('hasNoOrder', { column: column.name }),
    );
  }
  if (values.length > 1)
    throw filterError(say('comparesSeveral', { column: column.name }), values[1]!.at, say('giveOne'));
  return ordered(column, operator, values[0]!);
}

function ordered(column: RunColumn, operator: string, value: Value): FilterTest {
  const test = parseOrdered(column.type, operator, value.text);
  if (typeof test !== 'string') return test;
  throw filterError(
    say('hasValueFor', { value: value.text, column: column.name }),
    value.at,
    say('itTakes', { what: test }),
  );
}

function parseWords(cursor: Cursor): FilterNode {
  const value = takeValue(cursor);
  if (value === null)
    throw filterError(say('strayCharacter', { character: cursor.text[cursor.at]! }), cursor.at, say('quoteIt'));
  skipSpace(cursor);
  return { kind: 'words', pattern: `%${likePattern(value)}%` };
}

/** `*` stands for any text, unless quoted. */
function likePattern({ text, quoted }: Value): string {
  const escaped = text.replace(/[\\%_]/g, '\\$&');
  return quoted ? escaped : escaped.replaceAll('*', '%');
}

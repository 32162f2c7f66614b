/** Reading a filter's text: words, values, quotes, and errors with their place. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Where parsing is; `terms` and `level` count against the parser's bounds. */
export interface Cursor {
  readonly text: string;
  at: number;
  terms: number;
  level: number;
}

/** A word or a quoted text. */
export interface Value {
  readonly text: string;
  readonly quoted: boolean;
  /** Offset in the filter. */
  readonly at: number;
}

/** The error of a filter, with its place: `at` counts from 0. */
export function filterError(what: string, at: number, cure = ''): CrivoError {
  const fault = { what, place: at + 1 };
  const message = cure === '' ? say('filterFault', fault) : say('filterFaultCure', { ...fault, cure });
  return new CrivoError('invalid-input', message, { at });
}

/** Whether a whole word (`or`) comes next, whatever its case. */
export function seesWord(cursor: Cursor, word: string): boolean {
  const part = cursor.text.slice(cursor.at, cursor.at + word.length + 1);
  return part.slice(0, word.length).toLowerCase() === word && /^[\s()"]?$/.test(part.slice(word.length));
}

/** Steps over a whole word and the space after it, if it comes next. */
export function takeWord(cursor: Cursor, word: string): boolean {
  if (!seesWord(cursor, word)) return false;
  cursor.at += word.length;
  skipSpace(cursor);
  return true;
}

/** Steps over white space. */
export function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && /\s/.test(cursor.text[cursor.at]!)) cursor.at += 1;
}

/** Steps over a comma, if it comes next. */
export function takeComma(cursor: Cursor): boolean {
  if (cursor.text[cursor.at] !== ',') return false;
  cursor.at += 1;
  return true;
}

/** The value that comes next, or null where there is none. */
export function takeValue(cursor: Cursor): Value | null {
  const at = cursor.at;
  if (cursor.text[at] === '"') return { text: takeQuoted(cursor), quoted: true, at };
  const text = /[^\s(),"]*/y;
  text.lastIndex = at;
  const [found] = text.exec(cursor.text)!;
  if (found === '') return null;
  cursor.at += found.length;
  return { text: found, quoted: false, at };
}

/** Quoted text up to its closing quote, with `\"` and `\\` inside; leaves the cursor after it. */
function takeQuoted(cursor: Cursor): string {
  const opened = cursor.at;
  let text = '';
  for (let at = opened + 1; at < cursor.text.length; at += 1) {
    const character = cursor.text[at]!;
    if (character === '"') {
      cursor.at = at + 1;
      return text;
    }
    const next = cursor.text[at + 1];
    if (character === '\\' && (next === '"' || next === '\\')) at += 1;
    text += cursor.text[at]!;
  }
  throw filterError(say('openQuote'), opened);
}

import type { ColumnType } from './run-columns.ts';
import { say } from '../../../shared/phrases/phrase.ts';

interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}
/** What is asked of a column that has an order; times are epoch ms, durations ms, sizes bytes. */
export type OrderedTest =
  | { readonly kind: 'equals'; readonly value: number }
  | { readonly kind: 'range'; readonly low: Bound | null; readonly high: Bound | null };

/** A written value: a number is one point, a day a span (`end` is outside). */
interface Span {
  readonly start: number;
  readonly end: number | null;
}

/** The test that `operator` and `text` ask of a column of this type, or what such a column takes, in words. */
export function parseOrdered(type: ColumnType, operator: string, text: string): OrderedTest | string {
  const split = operator === ':' ? text.indexOf('..') : -1;
  if (split >= 0) return parseRange(type, text.slice(0, split), text.slice(split + 2));
  const span = parseSpan(type, text);
  return typeof span === 'string' ? span : compare(operator, span);
}

function parseRange(type: ColumnType, from: string, to: string): OrderedTest | string {
  if (type === 'boolean') return takes.boolean;
  if (from === '' && to === '') return say('takesRange');
  const low = from === '' ? null : parseSpan(type, from);
  if (typeof low === 'string') return low;
  const high = to === '' ? null : parseSpan(type, to);
  if (typeof high === 'string') return high;
  return {
    kind: 'range',
    low: low === null ? null : { value: low.start, inclusive: true },
    high: high === null ? null : upTo(high),
  };
}

const upTo = ({ start, end }: Span): Bound =>
  end === null ? { value: start, inclusive: true } : { value: end, inclusive: false };

function compare(operator: string, span: Span): OrderedTest {
  const { start, end } = span;
  switch (operator) {
    case '<':
      return { kind: 'range', low: null, high: { value: start, inclusive: false } };
    case '<=':
      return { kind: 'range', low: null, high: upTo(span) };
    case '>':
      return {
        kind: 'range',
        low: end === null ? { value: start, inclusive: false } : { value: end, inclusive: true },
        high: null,
      };
    case '>=':
      return { kind: 'range', low: { value: start, inclusive: true }, high: null };
    default:
      if (end === null) return { kind: 'equals', value: start };
      return { kind: 'range', low: { value: start, inclusive: true }, high: { value: end, inclusive: false } };
  }
}

/** What each type of column takes, for the error. */
const takes = {
  count: say('takesWhole'),
  duration: say('takesTime'),
  bytes: say('takesSize'),
  percent: say('takesPercentage'),
  number: say('takesAnyNumber'),
  boolean: say('takesYesOrNo'),
  time: say('takesDay'),
};

/** Unit → what to divide or multiply by to get ms. */
const durations: Readonly<Record<string, (value: number) => number>> = {
  ns: (value) => value / 1e6,
  us: (value) => value / 1e3,
  µs: (value) => value / 1e3,
  μs: (value) => value / 1e3,
  ms: (value) => value,
  '': (value) => value,
  s: (value) => value * 1e3,
  min: (value) => value * 60e3,
};
const byteFactors: Readonly<Record<string, number>> = {
  ...{ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, '': 1e6 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};
const booleans: Readonly<Record<string, number>> = { yes: 1, true: 1, no: 0, false: 0 };

const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-zµμ%/]*)$/i;

function parseSpan(type: ColumnType, text: string): Span | string {
  if (type === 'time') return parseTime(text) ?? takes.time;
  if (type === 'boolean') {
    const value = Object.hasOwn(booleans, text.toLowerCase()) ? booleans[text.toLowerCase()] : undefined;
    return value === undefined ? takes.boolean : point(value);
  }
  const [, digits, unit] = quantity.exec(text) ?? [];
  const value = digits === undefined ? null : inBaseUnit(type, Number(digits), unit!.toLowerCase());
  if (value === null || !Number.isFinite(value)) return takes[type as keyof typeof takes];
  return point(value);
}

const point = (value: number): Span => ({ start: value, end: null });

function inBaseUnit(type: ColumnType, value: number, unit: string): number | null {
  switch (type) {
    case 'count':
      return unit === '' && Number.isInteger(value) ? value : null;
    case 'duration':
      return Object.hasOwn(durations, unit) ? durations[unit]!(value) : null;
    case 'bytes':
      return Object.hasOwn(byteFactors, unit) ? value * byteFactors[unit]! : null;
    case 'percent':
      return unit === '' || unit === '%' ? value : null;
    default:
      return unit === '' || unit === 'db' || unit === '/s' ? value : null;
  }
}

const dayMs = 86_400_000;
const time = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?)?$/i;

/** UTC; a day is a span of a day, a minute of a minute, a second of a second. */
function parseTime(text: string): Span | null {
  const found = time.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction] = found;
  const start = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    Number((fraction ?? '').padEnd(3, '0')),
  );
  const real = new Date(start);
  // Date.UTC takes the 31st of February for the 3rd of March.
  if (
    real.getUTCMonth() !== Number(month) - 1 ||
    real.getUTCDate() !== Number(day) ||
    Number(hour ?? 0) > 23 ||
    Number(minute ?? 0) > 59
  )
    return null;
  if (fraction !== undefined) return point(start);
  return { start, end: start + (hour === undefined ? dayMs : second === undefined ? 60_000 : 1_000) };
}

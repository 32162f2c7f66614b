/** What is wrong with a specification, in sentences that name the field, the rule and the value. */
import type { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import { say } from '../phrases/phrase.ts';
import { knownKeys, knownWords, list, ruleOf } from './field-rules.ts';

type Issue = z.core.$ZodIssue;
/** Keys and positions in lists that lead to a value. */
export type DocumentPath = readonly (string | number)[];

/** One mistake: where it stands and the sentence without its line. */
export interface SpecificationMistake {
  readonly path: DocumentPath;
  readonly message: string;
}

/** The mistakes behind zod's issues for the value that was checked, unknown keys first (a key that is misspelt is also missing). */
export function mistakesOf(issues: readonly Issue[], value: unknown): SpecificationMistake[] {
  const placed = issues.flatMap((issue) => expand(issue, []));
  const unknownFirst = placed.sort(
    (a, b) => Number(b.issue.code === 'unrecognized_keys') - Number(a.issue.code === 'unrecognized_keys'),
  );
  return unknownFirst.flatMap((issue) => explain(issue, valueAt(value, issue.path)));
}

interface PlacedIssue {
  readonly issue: Issue;
  readonly path: DocumentPath;
}

/** Unions are replaced by the issues of the branch that the value comes nearest to. */
function expand(issue: Issue, base: DocumentPath): PlacedIssue[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const branches = issue.errors.map((issues) => ({
    issues,
    distance: issues.reduce((sum, inner) => sum + distanceOf(inner), 0),
  }));
  const nearest = branches.sort((a, b) => a.distance - b.distance)[0];
  if (nearest === undefined || nearest.distance >= 100) return [{ issue, path }];
  return nearest.issues.flatMap((inner) => expand(inner, path));
}

function distanceOf(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return 10 * issue.keys.length;
  return issue.path.length === 0 ? 100 : 1;
}

function explain({ issue, path }: PlacedIssue, value: unknown): SpecificationMistake[] {
  const field = fieldOf(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(field, key) }));
  }
  return [{ path, message: sentence(issue, field, path, value) }];
}

function unknownKey(field: string, key: string): string {
  const known = knownKeys[field] ?? [];
  const meant = nearestName(key, known);
  const place = field === '' ? say('aSweep') : field;
  return meant === null
    ? say('keyUnknown', { key, place, keys: list(known) })
    : say('keyOfPlaceNear', { key, place, near: meant });
}

function sentence(issue: Issue, field: string, path: DocumentPath, value: unknown): string {
  const shown =
    field.startsWith('inputShapes.') || field.startsWith('sessionOptions.') ? path.slice(0, 2).join('.') : field;
  const rule = ruleOf(field, path[0] === 'inputShapes');
  if (field === '') return say('sweepNotKeys');
  if (value === undefined) return say('fieldMissing', { field: shown, rule });
  if (Array.isArray(value) && issue.code === 'too_small') return say('listEmpty', { field: shown });
  if (Array.isArray(value) && issue.code === 'too_big')
    return say('listTooLong', { field: shown, most: Number(issue.maximum), count: value.length });
  if (typeof value === 'number' && issue.code === 'too_big' && issue.maximum !== Number.MAX_SAFE_INTEGER)
    return say('numberTooLarge', { field: shown, most: Number(issue.maximum), value });
  if (value === null) return say('fieldEmpty', { field: shown, rule });
  if (field === 'providers' && value === 'all') return say('allAlone');
  const meant = typeof value === 'string' ? nearestName(value, knownWords[field] ?? []) : null;
  return meant === null
    ? say('fieldWrong', { field: shown, rule, value: inWords(value) })
    : say('wordMeant', { field: shown, value: inWords(value), meant });
}

/** The path without positions in lists: `scenarios.server.qps`. */
const fieldOf = (path: DocumentPath): string => path.filter((part) => typeof part === 'string').join('.');

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Record<string | number, unknown>)[part];
  }, value);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return say('aList');
  if (typeof value === 'object') return say('anObject');
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

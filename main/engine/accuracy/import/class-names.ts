import { basename } from 'node:path';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** More labels than this are no classes but numbers or names of something else. */
export const mostClasses = 100_000;

/**
 * Names of the classes that labels stand for: whole numbers (`areIndexes`) are counted from 0 up to the largest, others stand
 * sorted. Raises `invalid-dataset` where that would be more than 100,000.
 */
export function classNamesOf(labels: ReadonlySet<string>, areIndexes: boolean, path: string): string[] {
  let count = areIndexes ? 0 : labels.size;
  if (areIndexes) for (const label of labels) count = Math.max(count, Number(label) + 1);
  if (count > mostClasses) {
    throw new CrivoError('invalid-dataset', say('tooManyClasses', { file: basename(path), most: mostClasses }));
  }
  return areIndexes
    ? Array.from({ length: count }, (_, index) => String(index))
    : [...labels].sort(new Intl.Collator('en', { numeric: true }).compare);
}

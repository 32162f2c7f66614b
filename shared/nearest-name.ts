import { say } from './phrases/phrase.ts';

/**
 * The known name a person probably meant, or null: at most a third of its letters away, and longer than three letters
 * (`gpu` is no slip for `cpu`). Optimal string alignment: Damerau 1964, Levenshtein 1966.
 */
export function nearestName(written: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    if (name.length <= 3 || Math.abs(name.length - written.length) > name.length / 3) continue;
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance && distance <= name.length / 3) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?` or nothing. */
export function suggestion(written: string, known: Iterable<string>): string {
  const name = nearestName(written, known);
  return name === null ? '' : say('didYouMean', { near: name });
}

function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(substitution, above[j]! + 1, row[j - 1]! + 1, swapped ? rows[i - 2]![j - 2]! + 1 : substitution),
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

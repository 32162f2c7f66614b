/** Fewest insertions, deletions and substitutions that make one sequence the other. Levenshtein 1966. */
export function levenshtein(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [index, symbol] of a.entries()) {
    const next = [index + 1];
    for (const [at, other] of b.entries()) {
      next.push(Math.min(row[at + 1]! + 1, next[at]! + 1, row[at]! + (symbol === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

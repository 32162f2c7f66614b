/** Keeps a table of many comparisons from calling chance a difference. */

/**
 * Which of several hypotheses are rejected when the chance of even one false rejection is to stay at `alpha`, in the
 * order given. Holm 1979: valid under any dependence, and the comparisons of one sweep share a baseline.
 */
export function holm(pValues: readonly number[], alpha = 0.05): boolean[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const rejected = pValues.map(() => false);
  for (const [rank, index] of order.entries()) {
    if (pValues[index]! > alpha / (pValues.length - rank)) break;
    rejected[index] = true;
  }
  return rejected;
}

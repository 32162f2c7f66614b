/** How often one latency is below another. */

/**
 * Probability that a draw of `candidate` is less than one of `baseline`, ties counted half; both ascending. 0.5 where
 * they don't differ. Vargha & Delaney 2000 (their A, with less being better).
 */
export function superiority(candidate: Float64Array, baseline: Float64Array): number {
  let [below, upTo, wins] = [0, 0, 0];
  for (const value of baseline) {
    while (below < candidate.length && candidate[below]! < value) below += 1;
    while (upTo < candidate.length && candidate[upTo]! <= value) upTo += 1;
    wins += (below + upTo) / 2;
  }
  return wins / (candidate.length * baseline.length);
}

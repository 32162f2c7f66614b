/** Moments of a stream of values in one pass, and what follows from them. */

/** Running sums about the mean; Welford 1962, extended to the fourth power by Pébay 2008. */
export interface Moments {
  count: number;
  mean: number;
  second: number;
  third: number;
  fourth: number;
  min: number;
  max: number;
}

export const noMoments = (): Moments => ({
  count: 0,
  mean: 0,
  second: 0,
  third: 0,
  fourth: 0,
  min: Infinity,
  max: -Infinity,
});

/** Takes in one value, in place. */
export function addToMoments(moments: Moments, value: number): void {
  const before = moments.count;
  const n = before + 1;
  const delta = value - moments.mean;
  const step = delta / n;
  const squared = step * step;
  const term = delta * step * before;
  moments.fourth += term * squared * (n * n - 3 * n + 3) + 6 * squared * moments.second - 4 * step * moments.third;
  moments.third += term * step * (n - 2) - 3 * step * moments.second;
  moments.second += term;
  moments.mean += step;
  moments.count = n;
  if (value < moments.min) moments.min = value;
  if (value > moments.max) moments.max = value;
}

/** Sample standard deviation (n − 1). */
export const standardDeviation = (moments: Moments): number => Math.sqrt(moments.second / (moments.count - 1));

/** Standard error of the sample standard deviation without assuming a distribution, by the delta method. Cramér 1946, 27.7. */
export function standardDeviationError(moments: Moments): number {
  const variance = moments.second / moments.count;
  if (variance === 0) return 0;
  const excess = Math.max(0, moments.fourth / moments.count - variance * variance);
  return Math.sqrt(excess / moments.count) / (2 * Math.sqrt(variance));
}

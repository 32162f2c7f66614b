/** Counts for a percentile of magnitudes: once enough values are known to lie above a bin, no value below it is told apart. */
import { addToHistogram, countValue } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/**
 * Adds values to a histogram of |x| as far as `percentileRange` reads it, given how many come in all (about 1 ns a value).
 * The bin it looks for is the first with at most (100 − percentile)% of all values above it: as soon as more lie above some
 * bin, it can't be that one or one below. What is known to be below is counted in the first bin.
 */
export function tailCounter(histogram: Histogram, percentile: number, total: number): (values: Float32Array) => void {
  const { counts, edges } = histogram;
  const mayLieAbove = (1 - percentile / 100) * total;
  // Where exactly so many can lie above an edge, the rounding of a sum over all bins decides, here as in NumPy.
  const isTiePossible = Math.abs(mayLieAbove - Math.round(mayLieAbove)) < 1e-6 + 1e-12 * total;
  if (isTiePossible) return (values) => addToHistogram(histogram, values);
  let first = 0;
  return (values) => {
    if (first === 0) addToHistogram(histogram, values);
    else {
      const edge = edges[first]!;
      let below = 0;
      for (let at = 0; at < values.length; at += 1) {
        const value = values[at]!;
        if (value < edge && value > -edge) below += 1;
        else countValue(histogram, value);
      }
      counts[0]! += below;
    }
    let inTail = 0;
    for (let bin = counts.length - 1; bin > first; bin -= 1) inTail += counts[bin]!;
    for (; inTail > mayLieAbove + 1 && first < counts.length - 1; inTail -= counts[first]!) first += 1;
  };
}

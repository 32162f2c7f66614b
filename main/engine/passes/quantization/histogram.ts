/** Histograms of float32 values, counted bin for bin as NumPy's `histogram` counts them, but filled as data streams by. */

export interface Histogram {
  /** Single-precision edges, one more than bins. */
  readonly edges: Float32Array;
  readonly counts: Float64Array;
  /** Whether |x| is counted. */
  readonly absolute: boolean;
}

/** An empty histogram over [first, last] (float32 values); a range of one point is widened by a half on both sides, as NumPy does. */
export function emptyHistogram(first: number, last: number, bins: number, absolute: boolean): Histogram {
  const start = first === last ? Math.fround(first - 0.5) : first;
  const stop = first === last ? Math.fround(last + 0.5) : last;
  const step = Math.fround(Math.fround(stop - start) / bins);
  const edges = new Float32Array(bins + 1);
  for (let bin = 0; bin < bins; bin += 1) edges[bin] = Math.fround(bin * step) + start;
  edges[bins] = stop;
  return { edges, counts: new Float64Array(bins), absolute };
}

/** Counts values into the histogram; those outside it are left out. */
export function addToHistogram(histogram: Histogram, values: Float32Array): void {
  const { edges, counts, absolute } = histogram;
  const bins = counts.length;
  const first = edges[0]!;
  const binsPerUnit = bins / (edges[bins]! - first);
  // Neighbours often fall in one bin (zeros after a Relu): two tables keep an addition from waiting for the one before.
  const even = new Uint32Array(bins + 1);
  const odd = new Uint32Array(bins + 1);
  const half = values.length & ~1;
  for (let at = 0; at < half; at += 2) {
    const left = absolute ? Math.abs(values[at]!) : values[at]!;
    const right = absolute ? Math.abs(values[at + 1]!) : values[at + 1]!;
    const leftPlace = (left - first) * binsPerUnit;
    const rightPlace = (right - first) * binsPerUnit;
    const leftBin = leftPlace | 0;
    const rightBin = rightPlace | 0;
    even[isInside(leftPlace - leftBin) ? leftBin : exactBin(edges, bins, left, leftBin)]! += 1;
    odd[isInside(rightPlace - rightBin) ? rightBin : exactBin(edges, bins, right, rightBin)]! += 1;
  }
  for (let at = half; at < values.length; at += 1) {
    const value = absolute ? Math.abs(values[at]!) : values[at]!;
    even[exactBin(edges, bins, value, ((value - first) * binsPerUnit) | 0)]! += 1;
  }
  for (let bin = 0; bin < bins; bin += 1) counts[bin]! += even[bin]! + odd[bin]!;
}

/** The edges are rounded to single precision: only a value well between two of them is placed by arithmetic alone. */
const isInside = (fraction: number): boolean => fraction > 0.01 && fraction < 0.99;

/** The bin of a value, found near a guess by comparing with the edges; the entry after the last for a value outside (or NaN). */
function exactBin(edges: Float32Array, bins: number, value: number, guess: number): number {
  if (!(value >= edges[0]! && value <= edges[bins]!)) return bins;
  const bin = Math.min(guess, bins - 1);
  if (value < edges[bin]!) return bin - 1;
  return bin < bins - 1 && value >= edges[bin + 1]! ? bin + 1 : bin;
}

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

/** Parts of a bin that arithmetic tells apart; a value in the first or the last part is compared with the edges. */
const partBits = 7;
const parts = 1 << partBits;

/** Counts values into the histogram; those outside it are left out. Written for speed: about 4 ns a value. */
export function addToHistogram({ edges, counts, absolute }: Histogram, values: Float32Array): void {
  const bins = counts.length;
  const first = edges[0]!;
  const limit = bins * parts;
  const partsPerUnit = limit / (edges[bins]! - first);
  // Neighbours often fall in one bin (zeros after a Relu): two tables keep an addition from waiting for the one before.
  const even = new Uint32Array(bins + 1);
  const odd = new Uint32Array(bins + 1);
  const paired = values.length & ~1;
  for (let at = 0; at < paired; at += 2) {
    const left = absolute ? Math.abs(values[at]!) : values[at]!;
    const right = absolute ? Math.abs(values[at + 1]!) : values[at + 1]!;
    const leftPart = ((left - first) * partsPerUnit) | 0;
    const rightPart = ((right - first) * partsPerUnit) | 0;
    const leftBin = leftPart >> partBits;
    const rightBin = rightPart >> partBits;
    even[nearEdge(leftPart, limit) ? exactBin(edges, bins, left, leftBin) : leftBin]! += 1;
    odd[nearEdge(rightPart, limit) ? exactBin(edges, bins, right, rightBin) : rightBin]! += 1;
  }
  if (paired < values.length) {
    const value = absolute ? Math.abs(values[paired]!) : values[paired]!;
    even[exactBin(edges, bins, value, ((value - first) * partsPerUnit) >> partBits)]! += 1;
  }
  for (let bin = 0; bin < bins; bin += 1) counts[bin]! += even[bin]! + odd[bin]!;
}

/** Counts one value into a histogram of magnitudes; left out where it is outside. */
export function countValue({ edges, counts }: Histogram, value: number): void {
  const magnitude = Math.abs(value);
  const first = edges[0]!;
  const guess = ((magnitude - first) * counts.length) / (edges[counts.length]! - first);
  const bin = exactBin(edges, counts.length, magnitude, Math.floor(guess));
  if (bin < counts.length) counts[bin]! += 1;
}

/** Whether arithmetic alone can't place a value. The very first part is the home of zeros and certain: it is moved off the edge without a branch. */
const nearEdge = (part: number, limit: number): boolean =>
  (((part | (((part - 1) >> 31) & (parts >> 1))) + parts - 1) & (parts - 1)) >= parts - 2 || part >= limit || part < 0;

/** The bin of a value, found near a guess by comparing with the edges (they are rounded to single precision); past the last for a value outside, or NaN. */
function exactBin(edges: Float32Array, bins: number, value: number, guess: number): number {
  if (!(value >= edges[0]! && value <= edges[bins]!)) return bins;
  const bin = Math.min(guess, bins - 1);
  if (value < edges[bin]!) return bin - 1;
  return bin < bins - 1 && value >= edges[bin + 1]! ? bin + 1 : bin;
}

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
export function addToHistogram({ edges, counts, absolute }: Histogram, values: Float32Array): void {
  const bins = counts.length;
  const first = edges[0]!;
  const last = edges[bins]!;
  const binsPerUnit = bins / (last - first);
  for (let at = 0; at < values.length; at += 1) {
    const value = absolute ? Math.abs(values[at]!) : values[at]!;
    if (!(value >= first && value <= last)) continue;
    // The edges are rounded to single precision, so the place of a value near one is settled by comparing with it.
    let bin = ((value - first) * binsPerUnit) | 0;
    if (bin >= bins) bin = bins - 1;
    if (value < edges[bin]!) bin -= 1;
    else if (bin < bins - 1 && value >= edges[bin + 1]!) bin += 1;
    counts[bin]! += 1;
  }
}

/** Shapes of a distribution from its order statistics (ascending, thinned evenly with both ends kept). */

/** The quantile of ascending values by linear interpolation. Hyndman & Fan 1996, type 7. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (place - below);
}

export interface Box {
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  readonly mean: number;
  /** The last values within 1.5 interquartile ranges of the box. Tukey 1977. */
  readonly whiskerMin: number;
  readonly whiskerMax: number;
  /** Beyond the whiskers, at most `mostOutliers` on each side, the outermost among them. */
  readonly outliers: readonly number[];
}

const mostOutliers = 40;

/** The box plot of ascending values; there must be one at least. */
export function boxOf(sorted: Float64Array): Box {
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  const below = sorted.filter((value) => value < q1 - reach);
  const above = sorted.filter((value) => value > q3 + reach);
  return {
    ...{ q1, median, q3 },
    min: sorted[0]!,
    max: sorted.at(-1)!,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    whiskerMin: inside[0] ?? q1,
    whiskerMax: inside.at(-1) ?? q3,
    outliers: [...thinned(below.reverse()), ...thinned(above)],
  };
}

/** Every nth value counted back from the last, which is the outermost. */
function thinned(outward: Float64Array): readonly number[] {
  const step = Math.max(1, Math.ceil(outward.length / mostOutliers));
  return [...outward.toReversed()].filter((_, index) => index % step === 0);
}

export interface DensityPoint {
  readonly value: number;
  readonly density: number;
}

const densityPoints = 96;

/**
 * Gaussian kernel density between the 0.5% and the 99.5% quantile, for violins: a long tail would flatten all the rest.
 * Bandwidth by Silverman 1986, eq. 3.31.
 */
export function densityOf(sorted: Float64Array): readonly DensityPoint[] {
  const [low, high] = [quantile(sorted, 0.005), quantile(sorted, 0.995)];
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, sorted.length - 1);
  const interquartile = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  const spread = Math.min(Math.sqrt(variance), interquartile) || Math.sqrt(variance) || high * 1e-3 || 1;
  const bandwidth = 0.9 * spread * sorted.length ** -0.2;
  const step = (high - low) / (densityPoints - 1);
  return Array.from({ length: densityPoints }, (_, index) => {
    const value = low + index * step;
    let sum = 0;
    for (const sample of sorted) sum += Math.exp(-0.5 * ((value - sample) / bandwidth) ** 2);
    return { value, density: sum / (sorted.length * bandwidth * Math.sqrt(2 * Math.PI)) };
  });
}

/** Points of the empirical distribution function: the share of all samples that took at most `x`. */
export function ecdfOf(sorted: Float64Array): readonly { readonly x: number; readonly y: number }[] {
  const last = sorted.length - 1;
  return Array.from(sorted, (x, index) => ({ x, y: last === 0 ? 1 : index / last }));
}

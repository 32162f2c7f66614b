/** Draws a quantile as a bootstrap resample would give it, without resampling. */

import type { Random } from '../seeded-random.ts';

/**
 * The `probability` quantile of one bootstrap resample of `sorted`: the k-th smallest of n draws with replacement is
 * the value at index ⌊n·U⌋ with U ~ Beta(k, n+1−k), the k-th order statistic of n uniforms (David & Nagaraja 2003,
 * 2.1). One draw instead of n.
 */
export const resampledQuantile = (sorted: Float64Array, probability: number, random: Random): number =>
  drawnQuantile(sorted, probability, sorted.length, random);

/** The same where the samples are worth only as many `independent` ones (any number ≥ 1). */
export function drawnQuantile(sorted: Float64Array, probability: number, independent: number, random: Random): number {
  const n = sorted.length;
  const k = Math.min(independent, Math.max(1, probability * independent + 0.5));
  const rank = independent === n ? Math.min(n, Math.max(1, Math.round(k))) : k;
  const u = betaVariate(rank, independent + 1 - rank, random);
  return sorted[Math.min(n - 1, Math.floor(u * n))]!;
}

/** Beta variate with shapes ≥ 1 as a ratio of gammas. */
function betaVariate(a: number, b: number, random: Random): number {
  const x = gammaVariate(a, random);
  return x / (x + gammaVariate(b, random));
}

/** Gamma variate of shape ≥ 1, scale 1. Marsaglia & Tsang 2000. */
function gammaVariate(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalVariate(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Standard normal variate. Box & Muller 1958. */
export function normalVariate(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

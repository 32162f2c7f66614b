/** Draws a quantile as a bootstrap resample would give it, without resampling. */

/** A stream of uniform numbers in [0, 1). */
export type Random = () => number;

/** Seeded uniform numbers. xoshiro128**, Blackman & Vigna 2018, seeded by splitmix32. */
export function seededRandom(seed: number): Random {
  let mixed = seed >>> 0;
  const next = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const s = Uint32Array.of(next(), next(), next(), next());
  return () => {
    const scrambled = Math.imul(s[1]!, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result / 4294967296;
  };
}

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

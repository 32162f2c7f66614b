/** Numbers that look random and are the same everywhere for the same seed. */

/** A stream of uniform numbers in [0, 1). */
export type Random = () => number;

/** Seeded uniform numbers in [0, 1), of 32 bits. */
export function seededRandom(seed: number): Random {
  const bits = seededBits(seed);
  return () => bits() / 0x1_0000_0000;
}

/** Seeded whole numbers of 32 bits. xoshiro128**, Blackman & Vigna 2021. */
export function seededBits(seed: number): () => number {
  const spread = spreadBits(seed);
  let [a, b, c, d] = [spread(), spread(), spread(), spread()];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Spreads a small seed over all 32 bits. SplitMix, Steele, Lea & Flood 2014, with the constants of MurmurHash3. */
export function spreadBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85eb_ca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2_ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** A copy in an order in which every place is equally likely. Fisher–Yates, Durstenfeld 1964. */
export function shuffled<Value>(values: readonly Value[], bits: () => number): Value[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = below(last + 1, bits);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

/** A whole number from 0 to `limit` − 1 without bias: draws that would favour small ones are thrown away. */
function below(limit: number, bits: () => number): number {
  const usable = 0x1_0000_0000 - (0x1_0000_0000 % limit);
  let drawn = bits();
  while (drawn >= usable) drawn = bits();
  return drawn % limit;
}

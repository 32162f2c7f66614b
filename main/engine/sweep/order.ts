/** The order in which a sweep measures: rounds, each shuffled by the sweep's seed. */

import type { RunRole } from '../../../shared/sweep.ts';

/** One place in the order: an index into the plan's cells, and the round from 1. */
export interface OrderedCell {
  readonly cell: number;
  readonly round: number;
  /** Absent for the cell itself. */
  readonly role?: RunRole;
}

/** Stands among indices for the control's second measurement. */
const secondControl = -1;

/**
 * Every runnable cell once in every round, each round in its own order, so that drift of the machine (heat, other work)
 * falls on all cells alike. The same seed gives the same order everywhere. A control cell runs once more in each round.
 * With tiers, those of a lower tier come first in each round: for a night that may be too short.
 */
export function orderRounds(
  cells: readonly number[],
  rounds: number,
  seed: number,
  control: number | null = null,
  tierOf: (cell: number) => number = () => 0,
): readonly OrderedCell[] {
  const random = xoshiro128(seed);
  const order: OrderedCell[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const places = control === null ? cells : [...cells, secondControl];
    const tier = (place: number): number => tierOf(place === secondControl ? control! : place);
    for (const cell of shuffled(places, random).toSorted((a, b) => tier(a) - tier(b))) {
      order.push(cell === secondControl ? { cell: control!, round, role: 'control' } : { cell, round });
    }
  }
  return order;
}

/** The seed of a run's inputs and arrivals: the same for all cells of a round, so that they are compared on the same work. */
export function roundSeed(sweepSeed: number, round: number): number {
  const next = splitMix32((sweepSeed ^ Math.imul(round, 0x9e37_79b9)) >>> 0);
  return next();
}

/** Fisher–Yates (Durstenfeld 1964) on a copy. */
function shuffled(cells: readonly number[], random: () => number): number[] {
  const result = [...cells];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = below(last + 1, random);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

/** A whole number from 0 to `limit` − 1 without bias: draws that would favour small ones are thrown away. */
function below(limit: number, random: () => number): number {
  const usable = 0x1_0000_0000 - (0x1_0000_0000 % limit);
  let drawn = random();
  while (drawn >= usable) drawn = random();
  return drawn % limit;
}

/** xoshiro128**, 32-bit numbers. Blackman & Vigna 2021. */
function xoshiro128(seed: number): () => number {
  const spread = splitMix32(seed >>> 0);
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

/** SplitMix in 32 bits: spreads a small seed over all bits. Steele, Lea & Flood 2014, constants of MurmurHash3. */
function splitMix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85eb_ca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2_ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** The order in which a sweep measures: rounds, each shuffled by the sweep's seed. */

import type { RunRole } from '../../../shared/sweep.ts';
import { seededBits, shuffled, spreadBits } from '../measure/seeded-random.ts';

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
  const random = seededBits(seed);
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
  return spreadBits(sweepSeed ^ Math.imul(round, 0x9e37_79b9))();
}

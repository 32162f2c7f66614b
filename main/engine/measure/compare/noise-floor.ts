/** What a machine shows between a cell and itself. */
import type { Comparison, NoiseFloor } from '../../../../shared/comparison.ts';
import { leastNoiseFloor } from './compare-rounds.ts';

/**
 * The noise floor of a sweep from its control (the second measurements over the first): what the two differ by, and
 * never less than half a percent. Without a control, criterion's noise threshold of 1%.
 */
export function noiseFloorOf(control: Comparison | null): NoiseFloor {
  if (control === null) return { value: assumedFloor, source: 'assumed', control };
  const apart = Math.expm1(Math.abs(Math.log(control.ratio.value)));
  return { value: Math.max(leastNoiseFloor, apart), source: 'control', control };
}

const assumedFloor = 0.01;

/** The figure of a cell over its rounds: what it takes on this machine, not only in the seconds of one run. */
import type { Estimate } from '../../../../shared/measurement.ts';
import { studentQuantile } from '../student-t.ts';
import { meanLog, spreadOf } from './bootstrap-rounds.ts';
import { fewestRounds } from './compare-rounds.ts';
import { seededRandom } from '../seeded-random.ts';
import type { RoundValue } from './round-value.ts';

/** A twentieth of the error's own error is no concern. */
const resamples = 200;

/**
 * Geometric mean of the rounds with its 95% interval: the error of the hierarchical bootstrap and Student's t, as for
 * comparisons. Null with fewer than three rounds, whose spread nobody knows.
 */
export function valueOverRounds(values: readonly RoundValue[], seed = 1): Estimate | null {
  if (values.length < fewestRounds) return null;
  const margin = studentQuantile(0.05, values.length - 1) * spreadOf(values, resamples, seededRandom(seed));
  const mean = meanLog(values);
  return { value: Math.exp(mean), low: Math.exp(mean - margin), high: Math.exp(mean + margin) };
}

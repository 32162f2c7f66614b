/** How far two levels of a history are apart. */
import type { Estimate } from '../../../../shared/measurement.ts';
import { studentQuantile } from '../student-t.ts';

/**
 * Ratio of the mean latency (geometric) of the runs after to that of the runs before, with its 95% interval: Welch's, of
 * the logarithms of the runs' medians, with the degrees of Satterthwaite (1946). Null below two runs on a side.
 */
export function levelChange(beforeMs: readonly number[], afterMs: readonly number[]): Estimate | null {
  if (Math.min(beforeMs.length, afterMs.length) < 2) return null;
  const [before, after] = [momentsOf(beforeMs), momentsOf(afterMs)];
  const variance = before.variance + after.variance;
  const degrees =
    variance === 0
      ? beforeMs.length + afterMs.length - 2
      : variance ** 2 / (before.variance ** 2 / (beforeMs.length - 1) + after.variance ** 2 / (afterMs.length - 1));
  const margin = studentQuantile(0.05, degrees) * Math.sqrt(variance);
  const apart = after.mean - before.mean;
  return { value: Math.exp(apart), low: Math.exp(apart - margin), high: Math.exp(apart + margin) };
}

/** Mean of the logarithms, and the variance of that mean. */
function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return { mean, variance: squares / (logs.length - 1) / logs.length };
}

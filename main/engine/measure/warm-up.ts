/** Runs inferences until they have become steady. */
import type { MeasureOptions, Measurement } from '../../../shared/measurement.ts';
import { orderedFromSamples, quantile } from './ordered-values.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Windows whose medians are compared; also the fewest there must be. */
const windowsCompared = 3;
/** A window of a slow model holds at least so many inferences. */
const fewestInWindow = 3;
const shortestWindowMs = 10;

/**
 * Warms up until the medians of the last three windows lie within the tolerance of each other and the minimum time has
 * passed, or the cap is reached, which `steady: false` tells. `onInference` is called between inferences.
 */
export async function warmUp(
  { nowMs, infer }: Stopwatch,
  options: Pick<MeasureOptions, 'warmupMinMs' | 'warmupMaxMs' | 'warmupTolerance'>,
  onInference: (count: number) => void = () => {},
): Promise<Measurement['warmup']> {
  const windowMs = Math.max(shortestWindowMs, options.warmupMinMs / windowsCompared);
  const medians: number[] = [];
  const beganMs = nowMs();
  let window: number[] = [];
  let windowBeganMs = beganMs;
  for (let count = 0; ;) {
    const startMs = nowMs();
    const steady = startMs - beganMs >= options.warmupMinMs && isSteady(medians, options.warmupTolerance);
    if (steady || startMs - beganMs >= options.warmupMaxMs) {
      return { durationMs: startMs - beganMs, inferences: count, steady };
    }
    await infer(count);
    const endMs = nowMs();
    window.push(endMs - startMs);
    count += 1;
    onInference(count);
    if (window.length >= fewestInWindow && endMs - windowBeganMs >= windowMs) {
      medians.push(quantile(orderedFromSamples(Float64Array.from(window)), 0.5));
      window = [];
      windowBeganMs = endMs;
    }
  }
}

function isSteady(medians: readonly number[], tolerance: number): boolean {
  if (medians.length < windowsCompared) return false;
  const last = medians.slice(-windowsCompared);
  return Math.max(...last) - Math.min(...last) <= tolerance * Math.min(...last);
}

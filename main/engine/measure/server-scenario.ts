/** Poisson arrivals at a given rate; latency counts from arrival, so that waiting in line shows. */
import type { MeasureOptions } from '../../../shared/measurement.ts';
import { nanosecondsToMs } from '../../../shared/units.ts';
import type { Clock } from '../ports.ts';
import { seededRandom } from './compare/resampled-quantile.ts';
import { glimpseOf } from './protocol.ts';
import type { Glimpse, Infer, Measured } from './protocol.ts';
import { fewestSamples, quantile } from './quantiles.ts';
import { createSampleRecorder } from './sample-recorder.ts';

export interface ServerOptions {
  readonly infer: Infer;
  readonly clock: Clock;
  readonly measure: MeasureOptions;
  readonly queriesPerSecond: number;
  readonly seed: number;
  /** Resolves no earlier than the given monotonic time. */
  readonly waitUntil: (monotonicNs: bigint) => Promise<void>;
  readonly onGlimpse?: (glimpse: Glimpse) => void;
}

/**
 * Serves seeded Poisson arrivals one after another until least duration and count hold, or the cap. Gaps between
 * arrivals are exponential with mean 1/rate (MLPerf LoadGen, Server).
 */
export async function measureServer(options: ServerOptions): Promise<Measured> {
  const { infer, clock, measure, queriesPerSecond, seed, waitUntil, onGlimpse } = options;
  const random = seededRandom(seed);
  const recorder = createSampleRecorder();
  const started = clock.monotonicNs();
  let arrival = started;
  let nextGlimpseMs = 250;
  for (;;) {
    arrival += BigInt(Math.round((-Math.log(1 - random()) / queriesPerSecond) * 1e9));
    await waitUntil(arrival);
    await infer();
    const now = clock.monotonicNs();
    recorder.add(nanosecondsToMs(now - arrival));
    const elapsedMs = nanosecondsToMs(now - started);
    if (elapsedMs >= measure.maxDurationMs) return { recorder, measuringMs: elapsedMs, stopped: 'duration cap' };
    if (elapsedMs >= measure.minDurationMs && recorder.count() >= measure.minSamples) {
      return { recorder, measuringMs: elapsedMs, stopped: 'converged' };
    }
    if (onGlimpse !== undefined && elapsedMs >= nextGlimpseMs) {
      onGlimpse(glimpseOf(recorder, elapsedMs));
      nextGlimpseMs = elapsedMs + 250;
    }
  }
}

/**
 * Whether a rate keeps its latency bound: by the p99 where the samples allow one (MLPerf LoadGen), else by the highest
 * percentile that they allow; by the slowest below that.
 */
export function withinBound(samplesMs: Float64Array, boundMs: number): boolean {
  const sorted = Float64Array.from(samplesMs).sort();
  const n = sorted.length;
  const probability = n >= fewestSamples.p99 ? 0.99 : n >= fewestSamples.p95 ? 0.95 : n >= fewestSamples.p90 ? 0.9 : 1;
  return quantile(sorted, probability) <= boundMs;
}

/** The highest offered rate (1/s) that kept its bound with all lower ones keeping it too; null where none did. */
export function highestRateWithinBound(
  rates: readonly { readonly offeredPerSecond: number; readonly withinBound: boolean }[],
): number | null {
  let highest: number | null = null;
  for (const rate of [...rates].sort((a, b) => a.offeredPerSecond - b.offeredPerSecond)) {
    if (!rate.withinBound) break;
    highest = rate.offeredPerSecond;
  }
  return highest;
}

/** Warm-up and measuring, over an injected clock and an injected inference. */
import type { MeasureOptions } from '../../../shared/measurement.ts';
import { nanosecondsToMs } from '../../../shared/units.ts';
import type { Clock } from '../ports.ts';
import { quantile, quantileInterval } from './quantiles.ts';
import { createSampleRecorder } from './sample-recorder.ts';
import type { SampleRecorder } from './sample-recorder.ts';

/** One inference; nothing but the inference. */
export type Infer = () => Promise<unknown>;

export interface Glimpse {
  readonly elapsedMs: number;
  readonly samples: number;
  readonly medianMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
}

export interface ProtocolOptions {
  readonly infer: Infer;
  readonly clock: Clock;
  readonly measure: MeasureOptions;
  /** Called at most four times a second, between two inferences. */
  readonly onGlimpse?: (glimpse: Glimpse) => void;
}

export interface WarmUp {
  readonly durationMs: number;
  readonly inferences: number;
  readonly steady: boolean;
}

export interface Measured {
  readonly recorder: SampleRecorder;
  readonly measuringMs: number;
  readonly stopped: 'converged' | 'duration cap';
}

const glimpseEveryMs = 250;
const glimpseSamples = 2_048;
const windowsCompared = 3;
const fewestInWindow = 3;

/**
 * Runs until the medians of the last three windows lie within the tolerance of each other, or the cap. A window lasts a
 * third of the least warm-up and has at least three inferences; `steady` tells which of the two ended it.
 */
export async function warmUp({ infer, clock, measure }: ProtocolOptions): Promise<WarmUp> {
  const started = clock.monotonicNs();
  const elapsedMs = (): number => nanosecondsToMs(clock.monotonicNs() - started);
  const windowMs = measure.warmupMinMs / windowsCompared;
  const medians: number[] = [];
  let inferences = 0;
  for (;;) {
    const window: number[] = [];
    const windowStart = elapsedMs();
    while (window.length < fewestInWindow || elapsedMs() - windowStart < windowMs) {
      if (elapsedMs() >= measure.warmupMaxMs && medians.length >= windowsCompared) break;
      window.push(await timedMs(infer, clock));
    }
    inferences += window.length;
    if (window.length > 0) medians.push(quantile(Float64Array.from(window).sort(), 0.5));
    const last = medians.slice(-windowsCompared);
    const steady =
      last.length === windowsCompared && Math.max(...last) <= Math.min(...last) * (1 + measure.warmupTolerance);
    if (steady || (elapsedMs() >= measure.warmupMaxMs && medians.length >= windowsCompared)) {
      return { durationMs: elapsedMs(), inferences, steady };
    }
  }
}

/** Back-to-back inferences until duration, count and interval suffice, or the cap. */
export async function measureBackToBack({ infer, clock, measure, onGlimpse }: ProtocolOptions): Promise<Measured> {
  const recorder = createSampleRecorder();
  const started = clock.monotonicNs();
  let nextGlimpseMs = glimpseEveryMs;
  let nextCheck = measure.minSamples;
  for (;;) {
    const before = clock.monotonicNs();
    await infer();
    const after = clock.monotonicNs();
    recorder.add(nanosecondsToMs(after - before));
    const elapsedMs = nanosecondsToMs(after - started);
    const count = recorder.count();
    if (elapsedMs >= measure.maxDurationMs) return { recorder, measuringMs: elapsedMs, stopped: 'duration cap' };
    if (elapsedMs >= measure.minDurationMs && count >= nextCheck) {
      if (intervalReached(recorder, measure)) return { recorder, measuringMs: elapsedMs, stopped: 'converged' };
      nextCheck = Math.ceil(count * 1.2);
    }
    if (onGlimpse !== undefined && elapsedMs >= nextGlimpseMs) {
      onGlimpse(glimpseOf(recorder, elapsedMs));
      nextGlimpseMs = elapsedMs + glimpseEveryMs;
    }
  }
}

async function timedMs(infer: Infer, clock: Clock): Promise<number> {
  const before = clock.monotonicNs();
  await infer();
  return nanosecondsToMs(clock.monotonicNs() - before);
}

function intervalReached(recorder: SampleRecorder, measure: MeasureOptions): boolean {
  const sorted = recorder.samples().sort();
  const [low, high] = quantileInterval(sorted, 0.5);
  return (high - low) / 2 <= measure.targetRelativeInterval * quantile(sorted, 0.5);
}

/** What a running chart shows; the interval holds for all samples, not just for those looked at. */
export function glimpseOf(recorder: SampleRecorder, elapsedMs: number): Glimpse {
  const sorted = recorder.glimpse(glimpseSamples);
  if (sorted.length < 11) return { elapsedMs, samples: recorder.count(), medianMs: null, lowMs: null, highMs: null };
  const [lowMs, highMs] = quantileInterval(sorted, 0.5, Math.sqrt(sorted.length / recorder.count()));
  return { elapsedMs, samples: recorder.count(), medianMs: quantile(sorted, 0.5), lowMs, highMs };
}

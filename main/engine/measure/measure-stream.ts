/** One stream: each inference begins when the one before has ended. */
import type { MeasureOptions, Measurement } from '../../../shared/measurement.ts';
import { createSampleRecord } from './sample-record.ts';
import type { SampleRecord } from './sample-record.ts';
import { createStoppingRule } from './stopping-rule.ts';
import type { StoppingRule } from './stopping-rule.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface StreamResult {
  readonly record: SampleRecord;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly stopped: Measurement['stopped'];
}

export interface StreamOptions {
  readonly measure: MeasureOptions;
  /** Replaces the stopping rule (a stream that another process ends). */
  readonly stop?: StoppingRule;
  /** Called between inferences, outside what is timed, with the time measured so far and the samples. */
  readonly between?: (elapsedMs: number, record: SampleRecord) => void;
  /** Told when each inference began and ended. */
  readonly onTimed?: (beginMs: number, endMs: number) => void;
}

/** Times inferences until the stopping rule is met; nothing else happens between the two readings of the clock. */
export async function measureStream({ nowMs, infer }: Stopwatch, options: StreamOptions): Promise<StreamResult> {
  const record = createSampleRecord();
  const stop = options.stop ?? createStoppingRule(record, options.measure);
  const { between, onTimed } = options;
  const beganMs = nowMs();
  for (let turn = 0; ; turn += 1) {
    const startMs = nowMs();
    await infer(turn);
    const endMs = nowMs();
    record.add(endMs - startMs);
    onTimed?.(startMs, endMs);
    const stopped = stop(endMs - beganMs);
    if (stopped !== null) return { record, beganMs, endedMs: endMs, stopped };
    between?.(endMs - beganMs, record);
  }
}

/** One stream in short turns, between which other cells take theirs: what changes over seconds meets all of them alike. */
import type { MeasureOptions, Measurement } from '../../../shared/measurement.ts';
import { createSampleRecord } from './sample-record.ts';
import type { SampleRecord } from './sample-record.ts';
import { createStoppingRule } from './stopping-rule.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface TurnLengths {
  /** Inferences before the timed ones, until the caches hold this model again and no other one's threads spin. */
  readonly leadMs: number;
  /** Inferences are timed for at least so long, and one at least. */
  readonly turnMs: number;
}

/** Where a cell is after a turn. */
export interface TurnState {
  /** Time of all timed inferences, ms. */
  readonly elapsedMs: number;
  /** Null until the stopping rule is met for the first time. */
  readonly stopped: Measurement['stopped'] | null;
}

export interface Turns {
  readonly take: (lengths: TurnLengths) => Promise<TurnState>;
  readonly record: SampleRecord;
  /** Timed inferences of each turn, in order. */
  readonly counts: () => readonly number[];
}

/** An inference that takes so many times the lead warms its caches within itself. */
const leadIsNothing = 10;

/** Takes turns on an open, warm session until whoever calls has enough. */
export function createTurns({ nowMs, infer }: Stopwatch, measure: MeasureOptions): Turns {
  const record = createSampleRecord();
  const stop = createStoppingRule(record, measure);
  const counts: number[] = [];
  let [inferences, elapsedMs, usualMs] = [0, 0, 0];
  let stopped: Measurement['stopped'] | null = null;
  return {
    record,
    counts: () => counts,
    take: async ({ leadMs, turnMs }) => {
      if (usualMs < leadIsNothing * leadMs) {
        const leadEndsMs = nowMs() + leadMs;
        do {
          await infer(inferences);
          inferences += 1;
        } while (nowMs() < leadEndsMs);
      }
      const beganMs = nowMs();
      let count = 0;
      let endMs: number;
      do {
        const startMs = nowMs();
        await infer(inferences);
        endMs = nowMs();
        record.add(endMs - startMs);
        inferences += 1;
        count += 1;
      } while (endMs - beganMs < turnMs);
      counts.push(count);
      usualMs = (endMs - beganMs) / count;
      elapsedMs += endMs - beganMs;
      const now = stop(elapsedMs);
      stopped ??= now;
      return { elapsedMs, stopped };
    },
  };
}

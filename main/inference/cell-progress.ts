/** Tells the parent where a cell is, at most four times a second while it measures. */
import type { SampleRecord } from '../engine/measure/sample-record.ts';
import type { JobProgress } from '../../shared/sweep.ts';
import { nowMs } from './cell-clock.ts';

type Progress = Omit<JobProgress, 'jobId'>;

export interface CellProgress {
  readonly enter: (phase: Progress['phase']) => void;
  /** Called between inferences; most calls only compare two numbers. */
  readonly measuring: (elapsedMs: number, record: SampleRecord) => void;
}

const intervalMs = 250;

/** `elapsedMs` of what is told counts from here. */
export function createCellProgress(send: (progress: Progress) => void): CellProgress {
  const beganMs = nowMs();
  let nextMs = 0;
  return {
    enter: (phase) => {
      send({ phase, elapsedMs: nowMs() - beganMs, samples: 0, medianMs: null, lowMs: null, highMs: null });
    },
    measuring: (elapsedMs, record) => {
      if (elapsedMs < nextMs) return;
      nextMs = elapsedMs + intervalMs;
      const median = record.roughMedian();
      send({
        phase: 'measuring',
        elapsedMs: nowMs() - beganMs,
        samples: record.count(),
        medianMs: median?.value ?? null,
        lowMs: median?.low ?? null,
        highMs: median?.high ?? null,
      });
    },
  };
}

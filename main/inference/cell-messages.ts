/** What a cell process and its parent say to each other. */
import type { Failure } from '../../shared/errors.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import type { Measurement } from '../../shared/measurement.ts';
import type { JobProgress } from '../../shared/sweep.ts';
import type { Answers } from '../engine/accuracy/answers.ts';
import type { CpuReading } from '../engine/measure/interference.ts';
import type { TurnLengths, TurnState } from '../engine/measure/measure-turns.ts';
import type { HistogramBuckets } from '../engine/measure/latency-histogram.ts';
import type { CellRequest, InferenceRunner, ProviderProof } from '../engine/ports.ts';

/**
 * `alone` does all of a cell. Of several parallel processes each warms up, says `ready` and measures from the moment
 * that `go` names; the `leader` decides when to stop, then takes the others' streams and does the rest. One that takes
 * `turns` warms up, says `ready` and measures a short while whenever it is told to.
 */
export type CellRole = 'alone' | 'leader' | 'follower' | 'turns';

/** To a cell that takes turns, one at a time, each answered: `marked`, `turned`, and for `finish` the result. */
export type TurnOrder =
  { readonly type: 'mark' } | ({ readonly type: 'turn' } & TurnLengths) | { readonly type: 'finish' };

export type MessageToCell =
  | {
      readonly type: 'measure';
      readonly request: CellRequest;
      readonly role: CellRole;
      /** A model that only copies its input, to calibrate the harness with. */
      readonly identityModel: Uint8Array;
    }
  /** Time of the system's monotonic clock, ms. */
  | { readonly type: 'go'; readonly startAtMs: number }
  | { readonly type: 'stop' }
  | TurnOrder
  | { readonly type: 'streams'; readonly streams: readonly CellStream[] }
  | { readonly type: 'prove'; readonly provider: ProviderName; readonly model: Uint8Array }
  | { readonly type: 'backends' };

export type Backends = Awaited<ReturnType<InferenceRunner['backends']>>;

export type MessageFromCell =
  | { readonly type: 'progress'; readonly progress: Omit<JobProgress, 'jobId'> }
  | { readonly type: 'ready' }
  | { readonly type: 'measured' }
  | { readonly type: 'marked'; readonly reading: CpuReading }
  | ({ readonly type: 'turned' } & TurnState)
  | { readonly type: 'stream'; readonly stream: CellStream }
  | { readonly type: 'result'; readonly result: CellResult }
  | { readonly type: 'proof'; readonly proof: ProviderProof }
  | { readonly type: 'backends'; readonly backends: Backends }
  | { readonly type: 'failure'; readonly failure: Failure };

/** Readings at the beginning and at the end of measuring. */
export interface CpuReadings {
  readonly begin: CpuReading;
  readonly end: CpuReading;
}

/** When each inference of one of several parallel processes began and ended, ms of the system's monotonic clock. */
export interface CellStream {
  readonly beginsMs: Float64Array;
  readonly endsMs: Float64Array;
  readonly readings: CpuReadings;
  readonly peakRssBytes: number;
}

/** A measurement before the machine's sensors are joined to it. */
export interface CellResult {
  readonly measurement: Omit<Measurement, 'interference'>;
  readonly readings: readonly CpuReadings[];
  readonly samplesMs: Float64Array;
  readonly histogram: HistogramBuckets | null;
  /** Timed inferences of each turn; null where it took none. */
  readonly turnCounts: readonly number[] | null;
  readonly answers: Answers | null;
}

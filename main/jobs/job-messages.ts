/** What a job process and its parent say to each other. */
import type { Failure } from '../../shared/errors.ts';
import type { JobKind, Jobs } from '../engine/ports.ts';

/** A job to do: its kind with that kind's input. */
export type JobOrder = {
  readonly [Kind in JobKind]: { readonly kind: Kind; readonly input: Jobs[Kind]['input'] };
}[JobKind];

export type MessageToJob = { readonly type: 'start'; readonly order: JobOrder } | { readonly type: 'cancel' };

export type MessageFromJob =
  | { readonly type: 'progress'; readonly fraction: number | null; readonly message: string }
  | { readonly type: 'result'; readonly output: Jobs[JobKind]['output'] }
  | { readonly type: 'failure'; readonly failure: Failure };

/**
 * Expected failures: one union, thrown inside one `CrivoError`, serialized once where a call leaves the engine.
 * A bug is a plain `Error`. Every message is one sentence that says what is wrong with what and how to mend it.
 */

export type FailureKind =
  /** The person's input (a specification, an option, a name) can't be used. */
  | 'invalid-input'
  /** A model file can't be read, or ONNX Runtime can't load it. */
  | 'invalid-model'
  /** A dataset can't be read or doesn't fit the model. */
  | 'invalid-dataset'
  /** Nothing has the given name or id. */
  | 'not-found'
  /** The present state forbids it (a name is taken, a sweep is running). */
  | 'conflict'
  /** The machine lacks it (a provider, a device, a newer Node). */
  | 'unavailable'
  /** The disk, the data folder or the database refused. */
  | 'storage'
  /** A job ran and failed (crash, deadline, memory, numerical check). */
  | 'job-failed'
  | 'cancelled'
  /** The caller is not allowed (token, origin). */
  | 'forbidden';

/** What crosses a process or network boundary in place of a `CrivoError`. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** 1-based line of the input text that is at fault, where there is one. */
  readonly line?: number;
  /** 0-based offset in the input text where the fault is, where there is one. */
  readonly at?: number;
  /** Technical detail for a log or an expander; never needed to understand `message`. */
  readonly detail?: string;
}

/** An expected failure; `message` is for a person. */
export class CrivoError extends Error implements Failure {
  override readonly name = 'CrivoError';
  readonly kind: FailureKind;
  readonly line: number | undefined;
  readonly at: number | undefined;
  readonly detail: string | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    extra: { line?: number; at?: number; detail?: string; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.kind = kind;
    this.line = extra.line;
    this.at = extra.at;
    this.detail = extra.detail;
  }
}

/** The plain form of any thrown value; a bug becomes kind `job-failed` with its stack in `detail`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CrivoError) {
    return {
      kind: error.kind,
      message: error.message,
      ...(error.line === undefined ? {} : { line: error.line }),
      ...(error.at === undefined ? {} : { at: error.at }),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
  if (error instanceof Error) {
    return { kind: 'job-failed', message: error.message, detail: error.stack ?? '' };
  }
  return { kind: 'job-failed', message: String(error) };
}

/** The throwable form of a failure that crossed a boundary. */
export function fromFailure(failure: Failure): CrivoError {
  return new CrivoError(failure.kind, failure.message, failure);
}

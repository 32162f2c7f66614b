/** What the measuring loops need from outside: time, and the inference itself. */

export interface Stopwatch {
  /** Monotonic, ms with a resolution of a microsecond or finer. */
  readonly nowMs: () => number;
  /** Runs one inference on the input of that turn, and resolves when its results are there. */
  readonly infer: (turn: number) => Promise<unknown>;
}

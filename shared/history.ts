/** The same cell over time and versions. */

/** A run in a history. */
export interface HistoryPoint {
  readonly runId: number;
  /** Epoch ms. */
  readonly at: number;
  readonly p50Ms: number;
  readonly noisy: boolean;
}

/** Where the latency changed, with what changed in the environment between the two runs around it. */
export interface HistoryChange {
  /** The first run after it. */
  readonly runId: number;
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly changed: readonly { readonly field: string; readonly left: string; readonly right: string }[];
}

/** A cell's runs on one machine: alike in all but the content of the model and how long it was measured. */
export interface HistorySeries {
  readonly machineId: string;
  readonly model: string;
  readonly variant: string;
  readonly provider: string;
  readonly batchSize: number;
  readonly threads: number;
  readonly points: readonly HistoryPoint[];
  /** Oldest first. */
  readonly changes: readonly HistoryChange[];
}

/** The same cell over time and versions. */
import type { Estimate } from './measurement.ts';

/** A run in a history. */
export interface HistoryPoint {
  readonly runId: number;
  /** Epoch ms. */
  readonly at: number;
  readonly p50Ms: number;
  readonly noisy: boolean;
}

/** Runs between two changes. */
export interface HistoryLevel {
  /** Index of its first point, and of the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Median of the runs' medians, ms. */
  readonly medianMs: number;
}

/** Where the latency changed, with what changed in the environment between the two runs around it. */
export interface HistoryChange {
  /** The first run after it. */
  readonly runId: number;
  readonly at: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Mean latency of the (quiet) runs after over that of those before, with its 95% interval over the runs. */
  readonly ratio: Estimate;
  readonly changed: readonly { readonly field: string; readonly left: string; readonly right: string }[];
  /** Whether a person has taken note of it, and what they wrote. */
  readonly acknowledged: boolean;
  readonly note: string;
}

/** A cell's runs on one machine: alike in all but the content of the model and how long it was measured. */
export interface HistorySeries {
  /** Of the cell on its machine. */
  readonly id: string;
  readonly machineId: string;
  /** Its processor, as a name for people. */
  readonly machine: string;
  readonly model: string;
  readonly variant: string;
  readonly provider: string;
  readonly batchSize: number;
  readonly threads: number;
  readonly scenario: string;
  readonly points: readonly HistoryPoint[];
  /** All points, oldest first. */
  readonly levels: readonly HistoryLevel[];
  /** Oldest first. */
  readonly changes: readonly HistoryChange[];
  /** What it is held against; null where nothing is pinned. */
  readonly baseline: HistoryBaseline | null;
}

/** The pinned run, and how the last level differs from that run's. */
export interface HistoryBaseline {
  readonly runId: number;
  /** Null where the pinned run belongs to the last level, or its level has too few runs. */
  readonly ratio: Estimate | null;
}

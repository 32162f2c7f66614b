/** What a sweep left, for the morning after. */
import type { CellComparison } from './comparison.ts';
import type { SweepSummary } from './sweep.ts';

/** Whether a sweep's night is over: all is measured, or its end time has come and the rest waits for a person. */
export const isOver = ({ state, untilAt }: Pick<SweepSummary, 'state' | 'untilAt'>, nowMs: number): boolean =>
  state === 'done' || (state === 'paused' && untilAt !== null && Date.parse(untilAt) <= nowMs);

export interface NightReport {
  readonly summary: SweepSummary;
  /** Runs with figures, and how many of them are marked as noisy. */
  readonly measured: number;
  readonly noisy: number;
  readonly picks: readonly ModelPick[];
  readonly troubles: readonly Trouble[];
  readonly disk: DiskUse;
  /** The report's file, where one was written when the sweep ended. */
  readonly file: string | null;
}

/** What a model is best run as: by the verdict against its original under the same settings. */
export interface ModelPick {
  readonly model: string;
  /** The variant that is faster by most, accepted by its sweep; null where none is faster. */
  readonly best: CellComparison | null;
  /** Variants that were compared with their original. */
  readonly compared: number;
}

/** Why runs failed, were left out, rejected or noisy: equal reasons once. */
export interface Trouble {
  readonly kind: 'failed' | 'rejected' | 'skipped' | 'noisy';
  readonly reason: string;
  readonly runs: number;
  /** Names of cells that it met, the first few. */
  readonly examples: readonly string[];
}

export interface DiskUse {
  /** What the data folder takes, bytes. */
  readonly usedBytes: number;
  readonly freeBytes: number;
  /** What it may take; null where there is no limit. */
  readonly budgetBytes: number | null;
}

/** What a run answered, and how two runs' answers differ. */
import type { ExampleView, JudgedTask } from './dataset.ts';
import type { QualityMetric } from './measurement.ts';

/** A class in a run's answers. Shares are 0–1. */
export interface ClassQuality {
  readonly name: string;
  /** Examples (or pixels, or boxes) with this label, and those that were answered so. */
  readonly labelled: number;
  readonly answered: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Intersection over union (masks), or average precision at 50% overlap (boxes). */
  readonly overlap: number | null;
}

export interface AccuracyReport {
  readonly runId: number;
  readonly dataset: string;
  readonly task: JudgedTask['kind'];
  readonly examples: number;
  readonly metrics: readonly QualityMetric[];
  /** Empty where labels are no classes. */
  readonly classes: readonly ClassQuality[];
  /** Answers by label, row by row in the order of `classes`; null where there are too many classes or none. */
  readonly confusion: Int32Array | null;
  /** The most frequent mistakes, most frequent first. */
  readonly mistakes: readonly { readonly label: string; readonly answer: string; readonly count: number }[];
}

/** A figure of two runs over the same examples. */
export interface FigureComparison {
  readonly name: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly first: number;
  readonly second: number;
  /** Second − first, with the 95% interval of a paired bootstrap. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Two-sided, for no difference: exact McNemar where each example is right or wrong, else of the paired bootstrap. */
  readonly pValue: number | null;
  readonly test: 'mcnemar' | 'bootstrap';
  /** Examples that only one got right; null where they aren't right or wrong. */
  readonly onlyFirst: number | null;
  readonly onlySecond: number | null;
}

/** An example that two runs answered differently. */
export interface ChangedAnswer {
  readonly index: number;
  /** `lost`: only the first was right (or the second is worse); `gained`: only the second; `other`: both wrong. */
  readonly change: 'lost' | 'gained' | 'other';
  readonly first: string;
  readonly second: string;
  readonly label: string;
  /** Null where the dataset's files are gone. */
  readonly example: ExampleView | null;
}

export interface AccuracyComparison {
  readonly dataset: string;
  readonly task: JudgedTask['kind'];
  readonly examples: number;
  readonly figures: readonly FigureComparison[];
  /** Share of each class's examples that were right, 0–1. */
  readonly classes: readonly {
    readonly name: string;
    readonly examples: number;
    readonly first: number;
    readonly second: number;
  }[];
  readonly counts: Readonly<Record<ChangedAnswer['change'], number>>;
  /** From the offset that was asked for. */
  readonly changed: readonly ChangedAnswer[];
}

/** What a model answered on each example of a dataset, with the labels, so that figures and comparisons need nothing else. */

/** Arrays have one entry for each example unless said otherwise. */
export type Answers = ClassAnswers | TextAnswers | MaskAnswers | BoxAnswers | ValueAnswers | EmbeddingAnswers;

export interface ClassAnswers {
  readonly kind: 'classes';
  readonly classes: number;
  readonly labels: Int32Array;
  /** −1 where a score was NaN. */
  readonly predicted: Int32Array;
  /** How many classes scored higher than the label; −1 where that can't be told. */
  readonly rank: Int32Array;
}

export interface TextAnswers {
  readonly kind: 'text';
  readonly expected: readonly string[];
  readonly texts: readonly string[];
  /** Levenshtein's distance between the texts, in characters and in words. */
  readonly characterErrors: Int32Array;
  readonly wordErrors: Int32Array;
}

/** Pixels by example and class: entry `example × classes + class`. */
export interface MaskAnswers {
  readonly kind: 'masks';
  readonly classes: number;
  readonly examples: number;
  readonly intersections: Float64Array;
  readonly predictedPixels: Float64Array;
  readonly labelPixels: Float64Array;
}

/** Detections in no order, and how many boxes each example has of each class. */
export interface BoxAnswers {
  readonly kind: 'boxes';
  readonly classes: number;
  readonly examples: number;
  /** By detection. */
  readonly example: Int32Array;
  readonly class: Int32Array;
  readonly score: Float64Array;
  /** Bit t: it was matched to a box at the threshold t of `iouThresholds`. */
  readonly matched: Int32Array;
  /** Entry `example × classes + class`. */
  readonly truths: Int32Array;
}

/** COCO's. */
export const iouThresholds: readonly number[] = Array.from(
  { length: 10 },
  (_, step) => 0.5 + step * ((0.95 - 0.5) / 9),
);

export interface ValueAnswers {
  readonly kind: 'values';
  /** Means over the values of an example. */
  readonly squaredErrors: Float64Array;
  readonly absoluteErrors: Float64Array;
  /** Cosine of the angle between answer and label. */
  readonly cosines: Float64Array;
  /** Means over the values of a label, and over their squares; absent in answers of older versions. */
  readonly labelMeans?: Float64Array;
  readonly labelSquares?: Float64Array;
}

export interface EmbeddingAnswers {
  readonly kind: 'embeddings';
  readonly labels: Int32Array;
  /** How many examples of other labels are nearer than the nearest of its own; −1 where it is alone with its label. */
  readonly firstHit: Int32Array;
  /** Mean cosine to the others of its label, and to those of other labels; NaN where there are none. */
  readonly sameCosine: Float64Array;
  readonly otherCosine: Float64Array;
}

/** How many examples were answered. */
export function exampleCountOf(answers: Answers): number {
  switch (answers.kind) {
    case 'masks':
    case 'boxes':
      return answers.examples;
    case 'text':
      return answers.texts.length;
    case 'values':
      return answers.squaredErrors.length;
    case 'classes':
    case 'embeddings':
      return answers.labels.length;
  }
}

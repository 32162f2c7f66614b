/** The figures of a model's answers, each as a statistic over weighted examples. */
import { iouThresholds } from './answers.ts';
import type { Answers, BoxAnswers, ClassAnswers, MaskAnswers, ValueAnswers } from './answers.ts';
import { averagePrecision } from './average-precision.ts';
import type { WeightedStatistic } from './bootstrap.ts';

export interface AnswerStatistic {
  /** As in `QualityMetric.name`. */
  readonly name: string;
  /** `%` figures are 0–100. */
  readonly unit: '%' | '';
  readonly higherIsBetter: boolean;
  readonly of: WeightedStatistic;
  /** Where it is a share of examples that are right: whether each is. Its interval is Wilson's, its test McNemar's. */
  readonly right?: (example: number) => boolean;
  /** Examples that it counts; all unless given. */
  readonly counts?: (example: number) => boolean;
}

/** The figures, the most important first. */
export function statisticsOf(answers: Answers): readonly AnswerStatistic[] {
  switch (answers.kind) {
    case 'classes':
      return classStatistics(answers);
    case 'text': {
      const { expected, texts } = answers;
      const characters = Float64Array.from(expected, (text) => [...text].length);
      const words = Float64Array.from(expected, (text) => wordsOf(text).length);
      return [
        { name: 'cer', unit: '%', higherIsBetter: false, of: ratio(answers.characterErrors, characters) },
        { name: 'wer', unit: '%', higherIsBetter: false, of: ratio(answers.wordErrors, words) },
        share('line_accuracy', texts.length, (example) => texts[example] === expected[example]),
      ];
    }
    case 'masks':
      return [
        { name: 'miou', unit: '%', higherIsBetter: true, of: (weights) => 100 * meanIou(answers, weights) },
        {
          name: 'pixel_accuracy',
          unit: '%',
          higherIsBetter: true,
          of: (weights) => 100 * pixelAccuracy(answers, weights),
        },
      ];
    case 'boxes':
      return [
        {
          name: 'map',
          unit: '%',
          higherIsBetter: true,
          of: meanAveragePrecision(
            answers,
            iouThresholds.map((_, at) => at),
          ),
        },
        { name: 'map50', unit: '%', higherIsBetter: true, of: meanAveragePrecision(answers, [0]) },
      ];
    case 'values':
      return [
        { name: 'r2', unit: '%', higherIsBetter: true, of: (weights) => 100 * determination(answers, weights) },
        { name: 'mse', unit: '', higherIsBetter: false, of: mean(answers.squaredErrors) },
        { name: 'mae', unit: '', higherIsBetter: false, of: mean(answers.absoluteErrors) },
        { name: 'label_cosine', unit: '', higherIsBetter: true, of: mean(answers.cosines) },
      ];
    case 'embeddings': {
      const { firstHit, labels, sameCosine, otherCosine } = answers;
      const hit = (k: number) =>
        share(
          `recall_at_${k}`,
          labels.length,
          (example) => firstHit[example]! < k,
          (example) => firstHit[example]! >= 0,
        );
      return [
        ...[1, 5, 10].map(hit),
        { name: 'cosine_same', unit: '', higherIsBetter: true, of: mean(sameCosine) },
        { name: 'cosine_other', unit: '', higherIsBetter: false, of: mean(otherCosine) },
      ];
    }
  }
}

/** Words as word error rate counts them. */
export const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

function classStatistics(answers: ClassAnswers): AnswerStatistic[] {
  const { labels, predicted, rank, classes } = answers;
  const within = (name: string, k: number): AnswerStatistic =>
    share(name, labels.length, (example) => rank[example]! >= 0 && rank[example]! < k);
  const macro = (name: string, of: (scores: ClassScores) => number): AnswerStatistic => ({
    ...{ name, unit: '%', higherIsBetter: true },
    of: (weights) => 100 * meanOf(classScores(answers, weights).map(of)),
  });
  return [
    share('top1', labels.length, (example) => predicted[example] === labels[example]),
    ...(classes > 5 ? [within('top5', 5)] : []),
    macro('precision', ({ precision }) => precision),
    macro('recall', ({ recall }) => recall),
    macro('f1', ({ f1 }) => f1),
  ];
}

export interface ClassScores {
  readonly class: number;
  /** Weight of the examples with this label, and of those answered so. */
  readonly labelled: number;
  readonly answered: number;
  /** 0–1; 0 where nothing was answered so, as scikit-learn's zero_division=0. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Precision, recall and F1 of each class that occurs among labels or answers; their plain mean is the macro average. */
export function classScores({ labels, predicted, classes }: ClassAnswers, weights?: Float64Array): ClassScores[] {
  const [labelled, answered, right] = [0, 1, 2].map(() => new Float64Array(classes)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let example = 0; example < labels.length; example += 1) {
    const weight = weights?.[example] ?? 1;
    const [label, answer] = [labels[example]!, predicted[example]!];
    if (label >= 0 && label < classes) labelled[label]! += weight;
    if (answer >= 0) answered[answer]! += weight;
    if (label === answer && label >= 0) right[label]! += weight;
  }
  const scores: ClassScores[] = [];
  for (let at = 0; at < classes; at += 1) {
    if (labelled[at] === 0 && answered[at] === 0) continue;
    const precision = answered[at] === 0 ? 0 : right[at]! / answered[at]!;
    const recall = labelled[at] === 0 ? 0 : right[at]! / labelled[at]!;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    scores.push({ class: at, labelled: labelled[at]!, answered: answered[at]!, precision, recall, f1 });
  }
  return scores;
}

function share(
  name: string,
  examples: number,
  right: (example: number) => boolean,
  counts: (example: number) => boolean = () => true,
): AnswerStatistic {
  return {
    ...{ name, unit: '%', higherIsBetter: true, right, counts },
    of: (weights) => {
      let hits = 0;
      let total = 0;
      for (let example = 0; example < examples; example += 1) {
        if (!counts(example)) continue;
        total += weights[example]!;
        if (right(example)) hits += weights[example]!;
      }
      return (100 * hits) / total;
    },
  };
}

/** Sum of errors over sum of lengths, %. */
const ratio =
  (errors: ArrayLike<number>, lengths: ArrayLike<number>): WeightedStatistic =>
  (weights) => {
    let above = 0;
    let below = 0;
    for (let at = 0; at < weights.length; at += 1) {
      above += weights[at]! * errors[at]!;
      below += weights[at]! * lengths[at]!;
    }
    return (100 * above) / below;
  };

/** R², the share of the labels' variance that answers explain: 1 − Σ(x−y)² / Σ(x−x̄)² over all values. NaN where labels don't vary. */
function determination({ squaredErrors, labelMeans, labelSquares }: ValueAnswers, weights: Float64Array): number {
  if (labelMeans === undefined || labelSquares === undefined) return NaN;
  let [errors, sum, squares, total] = [0, 0, 0, 0];
  for (let at = 0; at < weights.length; at += 1) {
    if (Number.isNaN(squaredErrors[at])) continue;
    errors += weights[at]! * squaredErrors[at]!;
    sum += weights[at]! * labelMeans[at]!;
    squares += weights[at]! * labelSquares[at]!;
    total += weights[at]!;
  }
  const variance = squares / total - (sum / total) ** 2;
  return variance > 1e-12 * (squares / total) ? 1 - errors / total / variance : NaN;
}

/** Mean of the values that are numbers. */
const mean =
  (values: Float64Array): WeightedStatistic =>
  (weights) => {
    let sum = 0;
    let total = 0;
    for (let at = 0; at < values.length; at += 1) {
      if (Number.isNaN(values[at])) continue;
      sum += weights[at]! * values[at]!;
      total += weights[at]!;
    }
    return sum / total;
  };

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const weightedByClass = (values: Float64Array, classes: number, weights: Float64Array): Float64Array => {
  const sums = new Float64Array(classes);
  for (let example = 0; example < weights.length; example += 1) {
    const weight = weights[example]!;
    if (weight === 0) continue;
    for (let at = 0; at < classes; at += 1) sums[at]! += weight * values[example * classes + at]!;
  }
  return sums;
};

/** Intersection over union of each class over all pixels; null where neither labels nor answers have it. Everingham et al. 2010. */
export function classIou(answers: MaskAnswers, weights: Float64Array): (number | null)[] {
  const { classes } = answers;
  const intersections = weightedByClass(answers.intersections, classes, weights);
  const predicted = weightedByClass(answers.predictedPixels, classes, weights);
  const labelled = weightedByClass(answers.labelPixels, classes, weights);
  return Array.from(intersections, (intersection, at) => {
    const union = predicted[at]! + labelled[at]! - intersection;
    return union === 0 ? null : intersection / union;
  });
}

const meanIou = (answers: MaskAnswers, weights: Float64Array): number =>
  meanOf(classIou(answers, weights).filter((iou) => iou !== null));

function pixelAccuracy(answers: MaskAnswers, weights: Float64Array): number {
  const sum = (values: Float64Array): number =>
    weightedByClass(values, answers.classes, weights).reduce((total, value) => total + value, 0);
  return sum(answers.intersections) / sum(answers.labelPixels);
}

/** Mean over the classes that have boxes, and over thresholds, of the average precision, %. */
function meanAveragePrecision(answers: BoxAnswers, thresholds: readonly number[]): WeightedStatistic {
  const byClass = Array.from({ length: answers.classes }, (_, at) => averagePrecision(answers, at));
  return (weights) => {
    const values = byClass.flatMap((precisionOf) =>
      thresholds.map((threshold) => precisionOf(weights, threshold)).filter((value) => value !== null),
    );
    return 100 * meanOf(values);
  };
}

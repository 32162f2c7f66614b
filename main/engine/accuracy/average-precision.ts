/** Average precision of one class of a detector. */
import type { BoxAnswers } from './answers.ts';

/** 0–1 at a threshold's index and weights of the examples; null where the class has no box. */
export type AveragePrecision = (weights: Float64Array, threshold: number) => number | null;

const recallSteps = 101;

/** COCO's: precision is interpolated at 101 recalls. Lin et al. 2014, pycocotools/cocoeval.py `accumulate`. */
export function averagePrecision(answers: BoxAnswers, wanted: number): AveragePrecision {
  const { classes, score, example, matched, truths } = answers;
  const order = [...answers.class.keys()]
    .filter((at) => answers.class[at] === wanted)
    // Equal scores keep their order, as a stable sort does in the reference.
    .sort((a, b) => score[b]! - score[a]!);
  return (weights, threshold) => {
    let boxes = 0;
    for (let at = 0; at < weights.length; at += 1) boxes += weights[at]! * truths[at * classes + wanted]!;
    if (boxes === 0) return null;
    const recalls = new Float64Array(order.length);
    const precisions = new Float64Array(order.length);
    let right = 0;
    let wrong = 0;
    order.forEach((detection, at) => {
      const weight = weights[example[detection]!]!;
      if (((matched[detection]! >> threshold) & 1) === 1) right += weight;
      else wrong += weight;
      recalls[at] = right / boxes;
      precisions[at] = right + wrong === 0 ? 0 : right / (right + wrong);
    });
    for (let at = precisions.length - 2; at >= 0; at -= 1)
      precisions[at] = Math.max(precisions[at]!, precisions[at + 1]!);
    let sum = 0;
    let at = 0;
    for (let step = 0; step < recallSteps; step += 1) {
      // As numpy.linspace(0, 1, 101) writes them, so that equal recalls fall on the same side.
      const recall = step === recallSteps - 1 ? 1 : step * 0.01;
      while (at < recalls.length && recalls[at]! < recall) at += 1;
      if (at === recalls.length) break;
      sum += precisions[at]!;
    }
    return sum / recallSteps;
  };
}

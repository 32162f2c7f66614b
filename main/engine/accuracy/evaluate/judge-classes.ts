import type { JudgedTask } from '../../../../shared/dataset.ts';
import type { TensorValues } from '../../ports.ts';
import { readClassLabels } from '../class-labels.ts';
import { largestIndex } from '../metrics.ts';
import { chosenOutput, noOutput, notNumbers } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface LabelFile {
  readonly dataset: string;
  readonly path: string;
  readonly exampleCount: number;
}

/** Class scores [batch, classes]: the answer is the class with the highest. Raises `invalid-dataset` where the labels can't be read. */
export async function judgeClasses(
  { output, classNames }: Extract<JudgedTask, { kind: 'classes' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const labels = await readClassLabels(dataset, path, exampleCount);
  const predicted = new Int32Array(exampleCount).fill(-1);
  const rank = new Int32Array(exampleCount).fill(-1);
  let classes = 0;
  let seen = 0;
  let broken = 0;
  return {
    add: async ({ outputs, real, first }) => {
      const scores = chosenOutput(outputs, output, ({ shape }) => shape.length === 2 && shape[1]! > 1);
      if (scores === undefined) return;
      classes = scores.shape[1]!;
      for (let row = 0; row < real; row += 1) {
        const answer = largestIndex(scores.values, row * classes, classes);
        if (answer < 0) broken += 1;
        predicted[first + row] = answer;
        if (answer >= 0) rank[first + row] = rankOf(scores.values, row * classes, classes, labels[first + row]!);
      }
      seen += real;
    },
    finish: () => {
      if (seen === 0) return { answers: null, warnings: [noOutput(output, '[batch, classes]')] };
      const strange = labels.filter((label) => label < 0 || label >= classes).length;
      const warnings = [
        ...(broken === 0 ? [] : [notNumbers(broken, seen)]),
        ...(strange === 0 ? [] : [say('labelsOutside', { count: strange, dataset, classes })]),
        ...(strange > 0 || classNames.length === 0 || classNames.length === classes
          ? []
          : [say('otherClassCount', { dataset, named: classNames.length, classes })]),
      ];
      return { answers: { kind: 'classes', classes, labels, predicted, rank }, warnings };
    },
  };
}

/** How many classes stand before the label: those that score higher, and equal ones with a smaller index. */
function rankOf(scores: TensorValues, offset: number, classes: number, label: number): number {
  if (label < 0 || label >= classes) return -1;
  const own = scores[offset + label]!;
  let before = 0;
  for (let at = 0; at < classes; at += 1) {
    const score = scores[offset + at]!;
    if (score > own || (score === own && at < label)) before += 1;
  }
  return before;
}

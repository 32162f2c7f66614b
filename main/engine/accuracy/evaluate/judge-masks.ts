import type { JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { TensorValue, TensorValues } from '../../ports.ts';
import { openNpy } from '../npy.ts';
import { chosenOutput, noOutput, notNumbers } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import type { LabelFile } from './judge-classes.ts';

/** A class for each pixel, from scores [batch, classes, height, width] or classes [batch, height, width]. */
export async function judgeMasks(
  { output, classNames, ignoredClass }: Extract<JudgedTask, { kind: 'masks' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const masks = await openNpy(path);
  const [, height = 0, width = 0] = masks.shape.filter((size, axis) => axis === 0 || size !== 1);
  const pixels = height * width;
  const classes = classNames.length;
  const counts = [0, 1, 2].map(() => new Float64Array(exampleCount * classes));
  const [intersections, predictedPixels, labelPixels] = counts as [Float64Array, Float64Array, Float64Array];
  let seen = 0;
  let broken = 0;
  const fits = ({ shape }: TensorValue): boolean =>
    (shape.length === 4 && shape[2] === height && shape[3] === width) ||
    (shape.length === 3 && shape[1] === height && shape[2] === width);
  return {
    add: async ({ outputs, real, first }) => {
      const scores = chosenOutput(outputs, output, fits);
      if (scores === undefined) return;
      if (masks.rowCount !== exampleCount) throw unequal(dataset, exampleCount, masks.rowCount);
      const labels = await masks.readRows(first, real);
      const scored = scores.shape.length === 4 ? scores.shape[1]! : null;
      for (let row = 0; row < real; row += 1) {
        const answers = classesOfPixels(scores.values, row * pixels * (scored ?? 1), pixels, scored);
        if (answers === null) broken += 1;
        for (let pixel = 0; pixel < pixels; pixel += 1) {
          const label = Number(labels[row * pixels + pixel]);
          if (label === ignoredClass || label < 0 || label >= classes) continue;
          const answer = answers?.[pixel] ?? -1;
          const base = (first + row) * classes;
          labelPixels[base + label]! += 1;
          if (answer >= 0 && answer < classes) predictedPixels[base + answer]! += 1;
          if (answer === label) intersections[base + label]! += 1;
        }
      }
      seen += real;
    },
    finish: () => {
      void masks.close();
      if (seen === 0) return { answers: null, warnings: [noOutput(output, `[batch, classes, ${height}, ${width}]`)] };
      return {
        answers: { kind: 'masks', classes, examples: exampleCount, intersections, predictedPixels, labelPixels },
        warnings: broken === 0 ? [] : [notNumbers(broken, seen)],
      };
    },
  };
}

/** The class of each pixel of one example; null where a score is NaN. */
function classesOfPixels(
  values: TensorValues,
  from: number,
  pixels: number,
  classes: number | null,
): Int32Array | null {
  if (classes === null) return Int32Array.from({ length: pixels }, (_, pixel) => Number(values[from + pixel]));
  const best = new Int32Array(pixels);
  const scores = Float64Array.from({ length: pixels }, (_, pixel) => Number(values[from + pixel]));
  for (let at = 0; at < classes; at += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const score = Number(values[from + at * pixels + pixel]);
      if (Number.isNaN(score)) return null;
      if (score <= scores[pixel]!) continue;
      scores[pixel] = score;
      best[pixel] = at;
    }
  }
  return best;
}

const unequal = (dataset: string, examples: number, masks: number): CrivoError =>
  new CrivoError('invalid-dataset', say('masksUneven', { dataset, examples, masks }));

import type { JudgedTask } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { TensorValue } from '../../ports.ts';
import { openNpy } from '../npy.ts';
import { chosenOutput, noOutput } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import type { LabelFile } from './judge-classes.ts';

/** Any output against labels of its size: squared and absolute errors, share of variance explained, and the cosine between them. */
export async function judgeValues(
  { output }: Extract<JudgedTask, { kind: 'values' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const labels = await openNpy(path);
  const { rowLength, rowCount, shape } = labels;
  if (rowCount !== exampleCount) {
    await labels.close();
    throw new CrivoError('invalid-dataset', say('labelsUneven', { dataset, examples: exampleCount, labels: rowCount }));
  }
  const unknown = (): Float64Array => new Float64Array(exampleCount).fill(NaN);
  const [squaredErrors, absoluteErrors, cosines] = [unknown(), unknown(), unknown()];
  const [labelMeans, labelSquares] = [unknown(), unknown()];
  let seen = 0;
  let broken = 0;
  const fits = ({ shape: [batch = 1], values }: TensorValue): boolean => values.length / batch === rowLength;
  return {
    add: async ({ outputs, real, first }) => {
      const answers = chosenOutput(outputs, output, fits);
      if (answers === undefined) return;
      const expected = await labels.readRows(first, real);
      for (let row = 0; row < real; row += 1) {
        let [squares, distances, product, own, other, sum] = [0, 0, 0, 0, 0, 0];
        for (let at = row * rowLength; at < (row + 1) * rowLength; at += 1) {
          const [x, y] = [Number(expected[at]), Number(answers.values[at])];
          squares += (x - y) ** 2;
          distances += Math.abs(x - y);
          product += x * y;
          sum += x;
          own += x * x;
          other += y * y;
        }
        if (Number.isNaN(squares)) broken += 1;
        squaredErrors[first + row] = squares / rowLength;
        absoluteErrors[first + row] = distances / rowLength;
        labelMeans[first + row] = sum / rowLength;
        labelSquares[first + row] = own / rowLength;
        cosines[first + row] = own === 0 && other === 0 ? 1 : product / Math.sqrt(own * other);
      }
      seen += real;
    },
    finish: () => {
      void labels.close();
      if (seen === 0) return { answers: null, warnings: [noOutput(output, `[batch, ${shape.slice(1).join(', ')}]`)] };
      const warning = say('nanLeftOut', { count: broken, seen });
      return {
        answers: { kind: 'values', squaredErrors, absoluteErrors, cosines, labelMeans, labelSquares },
        warnings: broken === 0 ? [] : [warning],
      };
    },
  };
}

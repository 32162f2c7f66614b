import type { BoxLayout, BoxOutputs } from '../../../../shared/dataset.ts';
import type { TensorValue } from '../../ports.ts';
import { boxCorners } from '../box-corners.ts';
import type { Box } from '../box-corners.ts';
import type { Outputs } from './evaluator.ts';

/** What a model finds in one example; `box` is x0, y0, x1, y1 in pixels of the input. */
export interface Detection {
  readonly box: Box;
  readonly score: number;
  readonly class: number;
}

/** The shapes that are read, for a sentence about outputs that have others. */
export const detectionShapes = (names: BoxOutputs): string =>
  'detections' in names ? '[batch, n, 6]' : '[batch, n, 4], [batch, n], [batch, n]';

/**
 * The detections of each of the first `real` examples of a batch, or null where outputs are missing or of other shapes. The
 * axis of the batch may lack where it holds one example, as in detectors exported from torchvision.
 */
export function readDetections(
  outputs: Outputs,
  names: BoxOutputs,
  layout: BoxLayout | undefined,
  real: number,
): readonly (readonly Detection[])[] | null {
  const columns = 'detections' in names ? columnsOfOne(outputs[names.detections]) : columnsOfThree(outputs, names);
  if (columns === null || columns.rows < real) return null;
  const { each, boxAt, scoreAt, classAt } = columns;
  return Array.from({ length: real }, (_row, row) =>
    Array.from({ length: each }, (_place, index) => {
      const at = row * each + index;
      return { box: boxCorners(boxAt(at), layout), score: scoreAt(at), class: classAt(at) };
    }),
  );
}

/** Where the numbers of a batch's detections are; `at` counts them through all of its rows. */
interface Columns {
  readonly rows: number;
  /** Detections of each row. */
  readonly each: number;
  readonly boxAt: (at: number) => Box;
  readonly scoreAt: (at: number) => number;
  readonly classAt: (at: number) => number;
}

/** The four numbers of a box, its score, its class. */
const width = 6;

function columnsOfOne(output: TensorValue | undefined): Columns | null {
  const counts = output === undefined ? null : countsOf(output.shape.slice(0, -1));
  if (output === undefined || counts === null || output.shape.at(-1) !== width) return null;
  const { values } = output;
  return {
    ...counts,
    boxAt: (at) => boxFrom(values, at * width),
    scoreAt: (at) => Number(values[at * width + 4]),
    classAt: (at) => Number(values[at * width + 5]),
  };
}

function columnsOfThree(outputs: Outputs, names: Exclude<BoxOutputs, { detections: string }>): Columns | null {
  const [boxes, scores, classes] = [outputs[names.boxes], outputs[names.scores], outputs[names.classes]];
  if (boxes === undefined || scores === undefined || classes === undefined) return null;
  const counts = countsOf(scores.shape);
  const count = scores.values.length;
  if (counts === null || classes.values.length !== count || boxes.values.length !== 4 * count) return null;
  return {
    ...counts,
    boxAt: (at) => boxFrom(boxes.values, at * 4),
    scoreAt: (at) => Number(scores.values[at]),
    classAt: (at) => Number(classes.values[at]),
  };
}

/** Of a shape [batch, n], or [n] for a batch of one. */
function countsOf(shape: readonly number[]): Pick<Columns, 'rows' | 'each'> | null {
  const [first, second] = shape;
  if (first === undefined || shape.length > 2) return null;
  return second === undefined ? { rows: 1, each: first } : { rows: first, each: second };
}

const boxFrom = (values: TensorValue['values'], at: number): Box => [
  Number(values[at]),
  Number(values[at + 1]),
  Number(values[at + 2]),
  Number(values[at + 3]),
];

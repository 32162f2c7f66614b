import type { ImportRequest, JudgedTask, Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';

/** The task with what the request says of a model's boxes. Raises `invalid-input` where boxes were asked for and labels are none. */
export function withBoxLayout(
  task: JudgedTask | null,
  { task: asked, boxLayout, boxOutputs }: ImportRequest,
  preparation: Preparation,
): JudgedTask | null {
  if (task?.kind !== 'boxes') {
    if (asked !== 'boxes' && boxLayout === undefined && boxOutputs === undefined) return task;
    throw new CrivoError(
      'invalid-input',
      `Boxes are asked for, but the labels are ${task?.kind ?? 'none'}; name a file of labels in COCO’s JSON.`,
    );
  }
  if (preparation.kind !== 'image')
    throw new CrivoError('invalid-input', 'Boxes are labels of pictures only; name pictures, or other labels.');
  const { width, height } = preparation;
  return {
    ...task,
    ...(boxOutputs === undefined ? {} : { outputs: boxOutputs }),
    ...(boxLayout === undefined
      ? {}
      : {
          layout: {
            coordinates: boxLayout.coordinates,
            unit: boxLayout.unit === 'fractions' ? [width, height] : [1, 1],
          },
        }),
  };
}

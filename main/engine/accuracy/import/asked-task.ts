import type { ImportRequest, JudgedTask, Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';

/** What labels may be asked to be, and how such labels are given. */
const cures: Readonly<Record<JudgedTask['kind'], readonly [asked: string, cure: string]>> = {
  classes: ['Classes', 'name folders by class, or a table or array of whole numbers or names'],
  text: ['Texts', 'name a table with a column of texts'],
  masks: ['Masks', 'put them into a folder "masks" beside the pictures, or name a table of them'],
  boxes: ['Boxes', 'name a file of labels in COCO’s JSON'],
  values: ['Values', 'name a table or an array of numbers'],
  embeddings: ['Groups', 'name folders by group, or a table or array of whole numbers or names'],
};

/** The task with what the request says of a model's answers. Raises `invalid-input` where labels are none of what was asked for. */
export function askedTask(
  task: JudgedTask | null,
  { task: kind, blank, boxLayout, boxOutputs }: ImportRequest,
  preparation: Preparation,
): JudgedTask | null {
  const asksBoxes = boxLayout !== undefined || boxOutputs !== undefined;
  for (const asked of [kind, asksBoxes ? 'boxes' : undefined, blank === undefined ? undefined : 'text'] as const) {
    if (asked === undefined || task?.kind === asked) continue;
    const [words, cure] = cures[asked];
    throw new CrivoError(
      'invalid-input',
      `${words} are asked for, but the labels are ${task?.kind ?? 'none'}; ${cure}.`,
    );
  }
  if (task?.kind !== 'boxes') return task;
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

import type { ImportRequest, JudgedTask, Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { PhraseName } from '../../../../shared/phrases/phrase.ts';

/** What is told where labels are not what was asked for. */
const cures = {
  classes: 'askedClasses',
  text: 'askedTexts',
  masks: 'askedMasks',
  boxes: 'askedBoxes',
  values: 'askedValues',
  embeddings: 'askedGroups',
} as const satisfies Readonly<Record<JudgedTask['kind'], PhraseName>>;

/** The task with what the request says of a model's answers. Raises `invalid-input` where labels are none of what was asked for. */
export function askedTask(
  task: JudgedTask | null,
  { task: kind, blank, boxLayout, boxOutputs }: ImportRequest,
  preparation: Preparation,
): JudgedTask | null {
  const asksBoxes = boxLayout !== undefined || boxOutputs !== undefined;
  for (const asked of [kind, asksBoxes ? 'boxes' : undefined, blank === undefined ? undefined : 'text'] as const) {
    if (asked === undefined || task?.kind === asked) continue;
    throw new CrivoError('invalid-input', say(cures[asked], { found: task?.kind ?? 'none' }));
  }
  if (task?.kind !== 'boxes') return task;
  if (preparation.kind !== 'image') throw new CrivoError('invalid-input', say('boxesOfPicturesOnly'));
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

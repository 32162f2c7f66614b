import type { ModelSummary } from '../../../shared/model.ts';
import type { Toasts } from '../../state/toasts.svelte.ts';
import type { Workbench } from '../../state/workbench.svelte.ts';

/** Removes a model and offers to bring it back; true where it was removed. */
export function removeModel(workbench: Workbench, toasts: Toasts, model: ModelSummary): Promise<boolean> {
  const { models, language } = workbench;
  return toasts.attempt(async () => {
    await models.remove(model.sha256);
    await models.list.load();
    toasts.note(language.text.models.removed(model.name), {
      label: language.text.common.undo,
      run: () =>
        void toasts.attempt(async () => {
          await models.restore(model.sha256);
          await models.list.load();
        }),
    });
  });
}

import type { DatasetSummary } from '../../../shared/dataset.ts';
import type { Toasts } from '../../state/toasts.svelte.ts';
import type { Workbench } from '../../state/workbench.svelte.ts';

/** Removes a dataset and offers to bring it back; true where it was removed. */
export function removeDataset(
  { client, datasets, language }: Workbench,
  toasts: Toasts,
  { name, sha256 }: Pick<DatasetSummary, 'name' | 'sha256'>,
): Promise<boolean> {
  return toasts.attempt(async () => {
    await client.call('datasets.remove', { dataset: name });
    await datasets.load();
    toasts.note(language.text.datasets.removed(name), {
      label: language.text.common.undo,
      run: () =>
        void toasts.attempt(async () => {
          await client.call('datasets.restore', { sha256 });
          await datasets.load();
        }),
    });
  });
}

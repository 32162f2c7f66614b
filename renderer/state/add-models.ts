import type { Text } from '../text/en.ts';
import type { AddedModels } from '../../shared/contract.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Workbench } from './workbench.svelte.ts';

/** Adds the models that a person chose, dropped or opened, and tells what came of it. */
export async function addModels(
  workbench: Workbench,
  toasts: Toasts,
  choose: () => Promise<readonly string[] | null>,
): Promise<void> {
  await toasts.attempt(async () => {
    const paths = await choose();
    if (paths === null || paths.length === 0) return;
    tell(await workbench.models.add(paths), toasts, workbench.language.text);
    await workbench.models.list.load();
  });
}

function tell({ added, known, failed }: AddedModels, toasts: Toasts, text: Text): void {
  if (added.length === 1) toasts.good(text.models.addedOne(added[0]!.name));
  else if (added.length > 1) toasts.good(text.models.addedMany(String(added.length)));
  for (const model of known) toasts.note(text.models.alreadyKnown(model.name));
  for (const { failure } of failed) toasts.failure(failure);
}

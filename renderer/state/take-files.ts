import type { AddedModels, OutputOf } from '../../shared/contract.ts';
import { isBundle } from '../../shared/file-kinds.ts';
import type { Text } from '../text/en.ts';
import type { Models } from './models.svelte.ts';
import type { Results } from './results.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What files can be taken in by; the workbench is one. */
export interface FileTaker {
  readonly models: Pick<Models, 'add'> & { readonly list: Pick<Models['list'], 'load'> };
  readonly results: Pick<Results, 'import'>;
  readonly language: { readonly text: Text };
}

/** Takes in the models and the bundles of results that a person chose, dropped or opened, and tells what came of it. */
export async function takeFiles(
  workbench: FileTaker,
  toasts: Toasts,
  choose: () => Promise<readonly string[] | null>,
): Promise<void> {
  await toasts.attempt(async () => {
    const paths = (await choose()) ?? [];
    // A bundle that can't be read keeps no other file out.
    for (const file of paths.filter(isBundle)) {
      await toasts.attempt(async () => tellRuns(await workbench.results.import(file), toasts, workbench.language.text));
    }
    const models = paths.filter((path) => !isBundle(path));
    if (models.length === 0) return;
    tellModels(await workbench.models.add(models), toasts, workbench.language.text);
    await workbench.models.list.load();
  });
}

function tellModels({ added, known, failed }: AddedModels, toasts: Toasts, text: Text): void {
  if (added.length === 1) toasts.good(text.models.addedOne(added[0]!.name));
  else if (added.length > 1) toasts.good(text.models.addedMany(String(added.length)));
  for (const model of known) toasts.note(text.models.alreadyKnown(model.name));
  for (const { failure } of failed) toasts.failure(failure);
}

function tellRuns({ runs, known, machines }: OutputOf<'results.import'>, toasts: Toasts, { results }: Text): void {
  if (runs > 0) toasts.good(results.runsImported(runs, machines.length));
  if (known > 0) toasts.note(results.runsKnown(known));
}

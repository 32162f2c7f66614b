/** The evaluator for a dataset's labels. */
import type { DatasetFiles } from '../../ports.ts';
import type { Evaluator } from './evaluator.ts';
import { judgeClasses } from './judge-classes.ts';
import { judgeEmbeddings } from './judge-embeddings.ts';
import { judgeMasks } from './judge-masks.ts';
import { judgeText } from './judge-text.ts';
import { judgeValues } from './judge-values.ts';

/** Null where the dataset has no labels. Raises `invalid-dataset` where they can't be read. */
export async function createEvaluator(files: DatasetFiles, exampleCount: number): Promise<Evaluator | null> {
  if (files.target === null) return null;
  const { task, path } = files.target;
  const labels = { dataset: files.name, path, exampleCount };
  switch (task.kind) {
    case 'classes':
      return judgeClasses(task, labels);
    case 'text':
      return judgeText(task, labels);
    case 'masks':
      return judgeMasks(task, labels);
    case 'boxes':
      // Its labels' schema takes longer to load than a cell without boxes has to spare.
      return (await import('./judge-boxes.ts')).judgeBoxes(task, labels);
    case 'values':
      return judgeValues(task, labels);
    case 'embeddings':
      return judgeEmbeddings(task, labels);
  }
}

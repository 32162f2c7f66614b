import { datasetPhrases } from './dataset-errors.ts';
import { arrayPhrases } from './array-errors.ts';
import { importPhrases } from './import-errors.ts';
import { sourcePhrases } from './source-errors.ts';
import { examplePhrases } from './example-reasons.ts';
import { accuracyPhrases } from './accuracy-notes.ts';
import { taskPhrases } from './tasks.ts';

export const libraryPhrases = {
  ...datasetPhrases,
  ...arrayPhrases,
  ...importPhrases,
  ...sourcePhrases,
  ...examplePhrases,
  ...accuracyPhrases,
  ...taskPhrases,
};

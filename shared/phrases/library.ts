/** What the engine says of models, datasets and what is made of them. */
import { datasetPhrases } from './dataset-errors.ts';
import { arrayPhrases } from './array-errors.ts';
import { importPhrases } from './import-errors.ts';
import { sourcePhrases } from './source-errors.ts';
import { examplePhrases } from './example-reasons.ts';
import { accuracyPhrases } from './accuracy-notes.ts';
import { modelPhrases } from './model-errors.ts';
import { otherFormatPhrases } from './other-formats.ts';
import { loadPhrases } from './load-errors.ts';
import { inspectionPhrases } from './inspection-notes.ts';
import { libraryErrorPhrases } from './library-errors.ts';
import { cudaPhrases } from './cuda-errors.ts';
import { searchPhrases } from './search-notes.ts';
import { damagePhrases } from './damaged-files.ts';
import { jobPhrases } from './job-errors.ts';
import { taskPhrases } from './tasks.ts';

export const libraryPhrases = {
  ...datasetPhrases,
  ...arrayPhrases,
  ...importPhrases,
  ...sourcePhrases,
  ...examplePhrases,
  ...accuracyPhrases,
  ...modelPhrases,
  ...otherFormatPhrases,
  ...loadPhrases,
  ...inspectionPhrases,
  ...libraryErrorPhrases,
  ...cudaPhrases,
  ...searchPhrases,
  ...damagePhrases,
  ...jobPhrases,
  ...taskPhrases,
};

/** What the store, sessions and hosts refuse. */
import { filterErrorPhrases } from './filter-errors.ts';
import { hostErrorPhrases } from './host-errors.ts';
import { notFoundPhrases } from './not-found.ts';
import { sessionErrorPhrases } from './session-errors.ts';
import { storeErrorPhrases } from './store-errors.ts';

export const refusalPhrases = {
  ...storeErrorPhrases,
  ...notFoundPhrases,
  ...filterErrorPhrases,
  ...sessionErrorPhrases,
  ...hostErrorPhrases,
};

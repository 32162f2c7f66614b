/** What the engine says of a machine and of what is measured on it. */
import { cellPhrases } from './cells.ts';
import { inputSourcePhrases } from './input-sources.ts';
import { noisePhrases } from './noise.ts';
import { planPhrases } from './plan.ts';
import { providerPhrases } from './providers.ts';

export const measuringPhrases = {
  ...providerPhrases,
  ...planPhrases,
  ...cellPhrases,
  ...inputSourcePhrases,
  ...noisePhrases,
};

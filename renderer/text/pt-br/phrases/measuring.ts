import { cellPhrases } from './cells.ts';
import { inputSourcePhrases } from './input-sources.ts';
import { noisePhrases } from './noise.ts';
import { planPhrases } from './plan.ts';
import { providerPhrases } from './providers.ts';
import { specificationPhrases } from './specification-errors.ts';
import { fieldRulePhrases } from './field-rules.ts';
import { sweepPhrases } from './sweep-errors.ts';
import { yamlPhrases } from './yaml-errors.ts';

export const measuringPhrases = {
  ...providerPhrases,
  ...planPhrases,
  ...cellPhrases,
  ...inputSourcePhrases,
  ...noisePhrases,
  ...specificationPhrases,
  ...fieldRulePhrases,
  ...sweepPhrases,
  ...yamlPhrases,
};

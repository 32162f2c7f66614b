import { translator } from '../engine-phrases.ts';
import type { Translations } from '../engine-phrases.ts';
import { cellPhrases } from './phrases/cells.ts';
import { noisePhrases } from './phrases/noise.ts';
import { planPhrases } from './phrases/plan.ts';
import { providerPhrases } from './phrases/providers.ts';

const translations: Translations = { ...providerPhrases, ...planPhrases, ...cellPhrases, ...noisePhrases };

/** What the engine says in English, in Portuguese. */
export const engine: (said: string) => string = translator(translations);

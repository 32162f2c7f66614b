import { translator } from '../engine-phrases.ts';
import type { Translations } from '../engine-phrases.ts';
import { connectionPhrases } from './phrases/connection.ts';
import { libraryPhrases } from './phrases/library.ts';
import { measuringPhrases } from './phrases/measuring.ts';
import { passPhrases } from './phrases/passes.ts';
import { refusalPhrases } from './phrases/refusals.ts';

const translations: Translations = {
  ...connectionPhrases,
  ...libraryPhrases,
  ...measuringPhrases,
  ...passPhrases,
  ...refusalPhrases,
};

/** What the engine says in English, in Portuguese. */
export const engine: (said: string) => string = translator(translations);

import { translator } from '../engine-phrases.ts';
import type { Translations } from '../engine-phrases.ts';
import { libraryPhrases } from './phrases/library.ts';
import { measuringPhrases } from './phrases/measuring.ts';

const translations: Translations = { ...libraryPhrases, ...measuringPhrases };

/** What the engine says in English, in Portuguese. */
export const engine: (said: string) => string = translator(translations);

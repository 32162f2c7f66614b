/** What the engine says of models, datasets and what is made of them. */
import { taskPhrases } from './tasks.ts';

export const libraryPhrases = { ...taskPhrases };

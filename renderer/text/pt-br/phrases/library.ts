import { taskPhrases } from './tasks.ts';

export const libraryPhrases = { ...taskPhrases };

import { compareFigures } from '../engine/accuracy/compare-answers.ts';
import type { JobHandler } from './job-handlers.ts';

/** Compares two runs' figures over the same examples. */
export const compareAnswersJob: JobHandler<'compare-answers'> = async ({ first, second }) =>
  compareFigures(first, second);

import { inspectModel } from '../engine/graph/inspect.ts';
import type { JobHandler } from './job-handlers.ts';

/** Inspects a model file. */
export const inspectModelJob: JobHandler<'inspect-model'> = ({ path, withoutRuns }, { openSession, progress }) =>
  inspectModel(path, { openSession, progress, mayRun: withoutRuns !== true });

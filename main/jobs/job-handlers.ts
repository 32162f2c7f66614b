/** What each kind of job does; one file a kind. */
import type { JobKind, Jobs, OpenSession } from '../engine/ports.ts';
import { compareAnswersJob } from './compare-answers.ts';
import { analyzePruningJob } from './analyze-pruning.ts';
import { drawModelJob } from './draw-model.ts';
import { importDatasetJob } from './import-dataset.ts';
import { inspectModelJob } from './inspect-model.ts';
import { makeVariantJob } from './make-variant.ts';
import { measureLayerDriftJob } from './measure-layer-drift.ts';
import { measureSensitivityJob } from './measure-sensitivity.ts';

/** What a job may use while it runs. */
export interface JobContext {
  readonly openSession: OpenSession;
  /** Aborted when the parent asks to end the job; the process is killed 2 s later. */
  readonly signal: AbortSignal;
  /** Fraction 0–1 (null = can't be told) and what is being done. */
  readonly progress: (fraction: number | null, message: string) => void;
}

export type JobHandler<Kind extends JobKind> = (
  input: Jobs[Kind]['input'],
  context: JobContext,
) => Promise<Jobs[Kind]['output']>;

/** Kind → handler. */
export const jobHandlers: { readonly [Kind in JobKind]: JobHandler<Kind> } = {
  'inspect-model': inspectModelJob,
  'draw-model': drawModelJob,
  'make-variant': makeVariantJob,
  'import-dataset': importDatasetJob,
  'compare-answers': compareAnswersJob,
  'measure-sensitivity': measureSensitivityJob,
  'measure-layer-drift': measureLayerDriftJob,
  'analyze-pruning': analyzePruningJob,
};

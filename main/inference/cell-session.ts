/** The session that a cell times: opened, run once cold, and warmed up. */
import type { InferenceSession } from 'onnxruntime-node';
import type { Measurement } from '../../shared/measurement.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import type { Stopwatch } from '../engine/measure/stopwatch.ts';
import { warmUp } from '../engine/measure/warm-up.ts';
import type { CellRequest, SessionOptions } from '../engine/ports.ts';
import { nowMs } from './cell-clock.ts';
import { prepareInputs } from './cell-inputs.ts';
import type { CellInputs } from './cell-inputs.ts';
import type { CellProgress } from './cell-progress.ts';
import { runtimeError } from './runtime-errors.ts';
import { openNative } from './session.ts';

export interface CellSession {
  readonly session: InferenceSession;
  readonly options: SessionOptions & { readonly provider: ProviderName };
  readonly inputs: CellInputs;
  readonly stopwatch: Stopwatch;
  readonly figures: Pick<Measurement, 'sessionCreationMs' | 'coldInferenceMs' | 'warmup'>;
}

/** Raises `CrivoError`: `invalid-model`, `unavailable`, `invalid-input`, `invalid-dataset`, `job-failed`. */
export async function openCellSession(request: CellRequest, progress: CellProgress): Promise<CellSession> {
  const { cell } = request;
  const options = {
    provider: cell.provider,
    graphOptimization: cell.graphOptimization,
    threads: cell.threads,
    entries: cell.sessionOptions,
  };
  progress.enter('opening');
  const openedMs = nowMs();
  const session = await openNative(request.modelPath, options);
  const sessionCreationMs = nowMs() - openedMs;
  const inputs = await prepareInputs(session, request);
  const { feeds } = inputs;
  const stopwatch: Stopwatch = { nowMs, infer: (turn) => session.run(feeds[turn % feeds.length]!) };
  progress.enter('cold');
  const coldMs = nowMs();
  await stopwatch.infer(0).catch((error: unknown) => {
    throw runtimeError(error, 'run', 'job-failed');
  });
  const coldInferenceMs = nowMs() - coldMs;
  progress.enter('warming');
  const warmup = await warmUp(stopwatch, cell.measure);
  return { session, options, inputs, stopwatch, figures: { sessionCreationMs, coldInferenceMs, warmup } };
}

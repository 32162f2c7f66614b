/** One claimed job: prepared, measured, judged, stored. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Cell, JobProgress, SweepSpecification } from '../../../shared/sweep.ts';
import type { CellRequest, Clock, InferenceRunner } from '../ports.ts';
import type { JobResult, ResultStore } from '../store/results.ts';
import type { ClaimedJob } from '../store/sweeps.ts';
import { rejectionOf } from './acceptance.ts';
import { attemptsOfBlock } from './block.ts';
import { createLogTail } from './log-tail.ts';
import type { LogTail } from './log-tail.ts';
import { roundSeed } from './order.ts';

/** A cell ready to be measured. */
export interface PreparedCell {
  readonly request: CellRequest;
  readonly artifact: JobResult['artifact'];
  /** What its sweep accepts, where this cell is judged. */
  readonly accept: SweepSpecification['accept'];
}

export interface PrepareOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onLog: (line: string) => void;
}

export interface JobTools {
  readonly clock: Clock;
  readonly inference: Pick<InferenceRunner, 'measure' | 'takeTurns'>;
  readonly results: Pick<ResultStore, 'commit'>;
  /** Finds the model's files, making the variant first where it isn't there. */
  readonly prepare: (claimed: ClaimedJob, options: PrepareOptions) => Promise<PreparedCell>;
  /** What the cell will run on, and what a run that can't even be prepared is stored with. */
  readonly surroundings: (cell: Cell) => Promise<{
    readonly environment: Environment;
    readonly device: string;
    readonly artifact: JobResult['artifact'];
  }>;
  readonly onProgress: (progress: JobProgress) => void;
  /** Rejects with `storage` where the data folder is not there any more. */
  readonly assertFolder: () => Promise<void>;
}

/** A job that the program never outlived this often is given up, so that a machine that it brings down can finish its night. */
const mostAttempts = 10;

/**
 * Runs a job and stores what became of it; gives the run's id, or null where it was ended by `signal` and nothing was stored.
 * A cell's failure is a stored result. Rejects where nothing can be stored any more (`storage`, `conflict`).
 */
export async function runJob(claimed: ClaimedJob, tools: JobTools, signal: AbortSignal): Promise<number | null> {
  const { job } = claimed;
  const { clock } = tools;
  const startedAt = clock.now();
  const startedNs = clock.monotonicNs();
  const seed = roundSeed(claimed.seed, job.round);
  const log = createLogTail();
  const { environment, device, artifact } = await tools.surroundings(job.cell);
  const measured = await measureJob(claimed, tools, { seed, signal, onLog: log.add }, log);
  if (measured === null) return null;
  tools.onProgress(progressOf(job.id, 'storing', clock, startedNs));
  return tools.results.commit({
    jobId: job.id,
    startedAt,
    wallMs: measured.ownMs ?? elapsedMs(clock, startedNs),
    seed,
    environment,
    device,
    artifact: measured.artifact ?? artifact,
    log: log.text(),
    outcome: measured.outcome,
  });
}

interface MeasuredJob {
  /** Null where preparing it failed. */
  readonly artifact: JobResult['artifact'] | null;
  readonly outcome: JobResult['outcome'];
  /** Where it took turns with others: the time that it took itself, ms. */
  readonly ownMs?: number | undefined;
}

async function measureJob(
  claimed: ClaimedJob,
  tools: JobTools,
  options: PrepareOptions,
  log: LogTail,
): Promise<MeasuredJob | null> {
  const { job } = claimed;
  if (job.attempts > mostAttempts + attemptsOfBlock(job.cell)) {
    const reason = say('begunTooOften', { times: job.attempts - 1 });
    return { artifact: null, outcome: { kind: 'failed', reason } };
  }
  let artifact: JobResult['artifact'] | null = null;
  try {
    tools.onProgress(progressOf(job.id, 'preparing', tools.clock, tools.clock.monotonicNs()));
    const prepared = await tools.prepare(claimed, options);
    artifact = prepared.artifact;
    // Starting a process stops this one for some 10 ms or more: not in one piece with what preparing took.
    await nextTurn();
    const {
      measurement,
      samplesMs,
      answers = null,
      ownMs,
    } = await tools.inference.measure(prepared.request, {
      signal: options.signal,
      onLog: options.onLog,
      onProgress: (progress) => tools.onProgress({ ...progress, jobId: job.id }),
    });
    const rejected = prepared.accept === undefined ? null : rejectionOf(prepared.accept, measurement.quality);
    const { dataset } = prepared.request;
    const judged = answers === null || dataset === null ? null : { answers, datasetSha256: dataset.sha256 };
    return { artifact, outcome: { kind: 'measured', measurement, samplesMs, rejected, judged }, ownMs };
  } catch (error) {
    if (options.signal.aborted) return null;
    // Every other cell would fail in the same way.
    if (error instanceof CrivoError && error.kind === 'storage') throw error;
    await tools.assertFolder();
    const { message, detail } = toFailure(error);
    if (detail !== undefined) log.add(detail);
    return { artifact, outcome: { kind: 'failed', reason: message } };
  }
}

const elapsedMs = (clock: Clock, startedNs: bigint): number => Number(clock.monotonicNs() - startedNs) / 1e6;

const progressOf = (jobId: number, phase: JobProgress['phase'], clock: Clock, startedNs: bigint): JobProgress => ({
  ...{ jobId, phase, elapsedMs: elapsedMs(clock, startedNs) },
  ...{ samples: 0, medianMs: null, lowMs: null, highMs: null },
});

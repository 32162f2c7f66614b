import { CrivoError } from '../../../shared/errors.ts';
import type { Environment } from '../../../shared/hardware.ts';
import type { Measurement } from '../../../shared/measurement.ts';
import type { Cell, RunRole } from '../../../shared/sweep.ts';
import type { Answers } from '../accuracy/answers.ts';
import type { Clock } from '../ports.ts';
import { packAnswers } from './answer-codec.ts';
import type { PackedAnswers } from './answer-codec.ts';
import { compress } from './compression.ts';
import type { Connection } from './database.ts';
import { createRunInsertion } from './insert-run.ts';
import { createInterning } from './interning.ts';
import { packSamples } from './sample-codec.ts';
import type { PackedSamples } from './sample-codec.ts';
import { finishSweep } from './queue-writes.ts';
import { settle, unsynced } from './write-ahead-log.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** What became of a claimed job. */
export interface JobResult {
  readonly jobId: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** From the queue's start of it to its result, monotonic. */
  readonly wallMs: number;
  readonly seed: number;
  readonly environment: Environment;
  /** Name of the device that it ran on. */
  readonly device: string;
  /** The file that was run: the model or the variant. */
  readonly artifact: { readonly precision: string; readonly sizeBytes: number; readonly parentSha256: string | null };
  /** What the process and ONNX Runtime wrote; may be empty. */
  readonly log: string;
  readonly outcome:
    | {
        readonly kind: 'measured';
        readonly measurement: Measurement;
        readonly samplesMs: Float64Array;
        /** Why the sweep's `accept` rejects it, or null. */
        readonly rejected: string | null;
        /** What it answered on each labelled example; null or absent where there were none. */
        readonly judged?: { readonly answers: Answers; readonly datasetSha256: string } | null;
      }
    | { readonly kind: 'failed'; readonly reason: string };
}

export interface ResultStore {
  /**
   * Run, samples, log and the job's state in one transaction that is on the disk when it resolves; gives the run's id.
   * A retried job's earlier, failed run is replaced. A noisy run is queued again where the sweep allows it; both stay.
   * Rejects with `conflict` unless the job is running.
   */
  readonly commit: (result: JobResult) => Promise<number>;
  /** What a job's process wrote, empty where nothing was kept; throws `not-found`. */
  readonly log: (jobId: number) => string;
  /** Removes the samples (never the summaries) of runs started before (epoch ms); how many runs lost theirs. */
  readonly forgetSamples: (before: number) => number;
}

interface PackedMeasurement {
  readonly samples: PackedSamples;
  readonly measurement: { readonly encoding: string; readonly bytes: Buffer };
  readonly answers: (PackedAnswers & { readonly datasetSha256: string }) | null;
}

/** Where measured and failed runs enter the store. `onCommit` is called when one is on the disk. */
export function createResultStore(db: Connection, clock: Clock, onCommit: () => void = () => {}): ResultStore {
  const store = createCommit(db, clock);
  const logOf = db.prepare<[number], { text: string | null }>(
    'SELECT text FROM jobs LEFT JOIN job_logs ON job_logs.job_id = jobs.id WHERE jobs.id = ?',
  );
  const forget = db.prepare('DELETE FROM run_samples WHERE run_id IN (SELECT id FROM runs WHERE started_at_ms < ?)');
  return {
    commit: async (result) => {
      // Compressed before the transaction, and brought to the disk after it, off this thread: only the write itself blocks.
      const packed = result.outcome.kind === 'measured' ? await pack(result.outcome) : null;
      const runId = unsynced(db, () => store(result, packed));
      await settle(db);
      onCommit();
      return runId;
    },
    log: (jobId) => {
      const found = logOf.get(jobId);
      if (found === undefined) throw new CrivoError('not-found', say('noJob', { job: jobId }));
      return found.text ?? '';
    },
    forgetSamples: (before) => forget.run(before).changes,
  };
}

async function pack({
  measurement,
  samplesMs,
  judged = null,
}: Extract<JobResult['outcome'], { kind: 'measured' }>): Promise<PackedMeasurement> {
  const [samples, compressed, answers] = await Promise.all([
    packSamples(samplesMs),
    compress(Buffer.from(JSON.stringify(measurement)), 'deflate'),
    judged === null ? null : packAnswers(judged.answers),
  ]);
  const own = answers === null || judged === null ? null : { ...answers, datasetSha256: judged.datasetSha256 };
  return { samples, measurement: compressed, answers: own };
}

interface RunningJob {
  readonly sweepId: number;
  readonly cellId: number;
  readonly round: number;
  readonly role: RunRole;
  readonly repeat: number;
  readonly state: string;
  readonly estimateMs: number;
  readonly remeasure: number;
  readonly cellJson: string;
}

function createCommit(db: Connection, clock: Clock): (result: JobResult, packed: PackedMeasurement | null) => number {
  const jobOf = db.prepare<[number], RunningJob>(
    `SELECT jobs.sweep_id AS sweepId, jobs.cell_id AS cellId, jobs.round, jobs.role, jobs.repeat, jobs.state,
       jobs.estimate_ms AS estimateMs, sweeps.remeasure, cells.cell_json AS cellJson
     FROM jobs JOIN cells ON cells.id = jobs.cell_id JOIN sweeps ON sweeps.id = jobs.sweep_id WHERE jobs.id = ?`,
  );
  const dropFailed = db.prepare("DELETE FROM runs WHERE job_id = ? AND status = 'failed'");
  const endJob = db.prepare('UPDATE jobs SET state = ?, reason = ? WHERE id = ?');
  // At the end of the sweep, where another hour may be quieter.
  const addRepeat = db.prepare<RunningJob>(
    `INSERT INTO jobs (sweep_id, cell_id, round, role, repeat, position, state, estimate_ms)
     VALUES (@sweepId, @cellId, @round, @role, @repeat, (SELECT max(position) + 1 FROM jobs WHERE sweep_id = @sweepId), 'waiting', @estimateMs)`,
  );
  const addLog = db.prepare(
    'INSERT INTO job_logs (job_id, text) VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
  );
  const addDetails = db.prepare('INSERT INTO run_details (run_id, encoding, measurement) VALUES (?, ?, ?)');
  const addSamples = db.prepare('INSERT INTO run_samples (run_id, sample_count, encoding, data) VALUES (?, ?, ?, ?)');
  const addAnswers = db.prepare('INSERT INTO run_answers (run_id, dataset_sha256, encoding, data) VALUES (?, ?, ?, ?)');
  const { environment: internEnvironment } = createInterning(db);
  const insertRun = createRunInsertion(db);
  const finish = finishSweep(db, clock);

  return db.transaction((result: JobResult, packed: PackedMeasurement | null): number => {
    const { jobId, outcome } = result;
    const job = jobOf.get(jobId);
    if (job?.state !== 'running') {
      throw new CrivoError('conflict', say('jobNotRunning', { job: jobId, state: job?.state ?? 'gone' }));
    }
    dropFailed.run(jobId);
    const end = ending(outcome);
    const runId = insertRun({
      ...{ jobId, sweepId: job.sweepId, cellId: job.cellId, round: job.round, role: job.role, repeat: job.repeat },
      ...{
        seed: result.seed,
        startedAt: result.startedAt,
        wallMs: result.wallMs,
        device: result.device,
        ...result.artifact,
      },
      cell: JSON.parse(job.cellJson) as Cell,
      environmentId: internEnvironment(result.environment),
      ...end.run,
    });
    if (packed !== null && outcome.kind === 'measured') {
      addDetails.run(runId, packed.measurement.encoding, packed.measurement.bytes);
      addSamples.run(runId, outcome.samplesMs.length, packed.samples.encoding, packed.samples.data);
      const { answers } = packed;
      if (answers !== null) addAnswers.run(runId, answers.datasetSha256, answers.encoding, answers.data);
    }
    addLog.run(jobId, result.log);
    endJob.run(end.jobState, end.run.reason, jobId);
    if (outcome.kind === 'measured' && outcome.measurement.interference.noisy && job.repeat < job.remeasure) {
      addRepeat.run({ ...job, repeat: job.repeat + 1 });
    }
    finish(job.sweepId);
    return runId;
  }).immediate;
}

function ending(outcome: JobResult['outcome']) {
  if (outcome.kind === 'failed') {
    return { jobState: 'failed', run: { status: 'failed' as const, reason: outcome.reason, measurement: null } };
  }
  const status = outcome.rejected === null ? ('done' as const) : ('rejected' as const);
  return { jobState: 'done', run: { status, reason: outcome.rejected, measurement: outcome.measurement } };
}

/** Runs each job in a process of its own on a real Node binary; a crash there is a rejected promise here. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { CrivoError, fromFailure } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { processEnvironment } from '../inference/process-environment.ts';
import { formatDurationMs } from '../../shared/units.ts';
import type { JobKind, JobOptions, JobRunner, Jobs } from '../engine/ports.ts';
import type { JobOrder, MessageFromJob, MessageToJob } from './job-messages.ts';

export interface JobRunnerOptions {
  /** The job process's program: `job-entry.ts`, or its built form. */
  readonly entryPath: string;
  /** A Node binary, version 24 or newer. */
  readonly nodePath: string;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A job that takes longer is ended; without it, jobs may take as long as they need. */
  readonly deadlineMs?: number;
}

/** From asking a job to stop until killing its process. */
const graceMs = 2_000;
/** What is kept of the process's standard error, to tell why it died. */
const keptErrorChars = 16_384;

const titles: Readonly<Record<JobKind, string>> = {
  'inspect-model': say('jobInspecting'),
  'make-variant': say('jobMaking'),
  'measure-sensitivity': say('jobRanking'),
  'measure-layer-drift': say('jobComparingLayers'),
  'analyze-pruning': say('jobPruning'),
  'draw-model': say('jobDrawing'),
  'import-dataset': say('jobImporting'),
  'compare-answers': say('jobComparingAnswers'),
};

/** Node's options for a job: it may free what it is done with before native code takes its share. */
export function nodeOptionsOf(kind: JobKind): readonly string[] {
  // An import makes much that is dead at once: in a small nursery it is found before it piles up.
  return kind === 'import-dataset' ? ['--expose-gc', '--max-semi-space-size=2'] : ['--expose-gc'];
}

/** Starts nothing by itself; each `run` forks a process and ends it. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  return {
    run: (kind, input, jobOptions = {}) => runJob(options, kind, input, jobOptions),
  };
}

async function runJob<Kind extends JobKind>(
  { entryPath, nodePath, environment, deadlineMs }: JobRunnerOptions,
  kind: Kind,
  input: Jobs[Kind]['input'],
  { signal, onProgress }: JobOptions,
): Promise<Jobs[Kind]['output']> {
  if (signal?.aborted) throw cancelled(kind);
  const child = fork(entryPath, [], {
    execPath: nodePath,
    execArgv: ['--disable-warning=ExperimentalWarning', ...nodeOptionsOf(kind)],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: processEnvironment(environment),
  });
  const errorText = tailOf(child);
  const say = (message: MessageToJob): void => void child.send(message, () => {});
  const timers: NodeJS.Timeout[] = [];
  let outcome: Exclude<MessageFromJob, { type: 'progress' }> | undefined;
  let ended: CrivoError | undefined;
  const end = (reason: CrivoError): void => {
    ended ??= reason;
    say({ type: 'cancel' });
    timers.push(setTimeout(() => child.kill('SIGKILL'), graceMs));
  };
  const onAbort = (): void => end(cancelled(kind));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (deadlineMs !== undefined) timers.push(setTimeout(() => end(tooLong(kind, deadlineMs)), deadlineMs));
  child.on('message', (message: MessageFromJob) => {
    if (message.type !== 'progress') {
      outcome = message;
      // Node may wait for a thread of its own while it ends.
      timers.push(setTimeout(() => child.kill('SIGKILL'), graceMs));
    } else if (ended === undefined) onProgress?.(message.fraction, message.message);
  });
  say({ type: 'start', order: { kind, input } as JobOrder });
  try {
    const exit = await exitOf(child);
    if (ended !== undefined) throw ended;
    if (outcome?.type === 'failure') throw fromFailure(outcome.failure);
    if (outcome?.type === 'result') return outcome.output as Jobs[Kind]['output'];
    throw crashed(kind, exit, errorText());
  } finally {
    timers.forEach(clearTimeout);
    signal?.removeEventListener('abort', onAbort);
  }
}

type Exit =
  | { readonly how: 'code'; readonly code: number }
  | { readonly how: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly how: 'not started'; readonly error: Error };

/** Waits until the process is gone and its pipes are drained. */
function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ how: 'not started', error });
    });
    child.once('close', (code, signal) => {
      resolve(signal === null ? { how: 'code', code: code ?? 0 } : { how: 'signal', signal });
    });
  });
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptErrorChars);
  });
  return () => text;
}

const cancelled = (kind: JobKind): CrivoError =>
  new CrivoError('cancelled', say('jobCancelled', { job: titles[kind] }));

const tooLong = (kind: JobKind, deadlineMs: number): CrivoError =>
  new CrivoError('job-failed', say('jobTooLong', { job: titles[kind], time: formatDurationMs(deadlineMs) }));

function crashed(kind: JobKind, exit: Exit, errorText: string): CrivoError {
  const fail = (why: string): CrivoError =>
    new CrivoError(
      'job-failed',
      say('failed', { title: titles[kind], why }),
      errorText === '' ? {} : { detail: errorText },
    );
  if (exit.how === 'not started') return fail(say('notStarted', { message: exit.error.message }));
  if (/heap out of memory|std::bad_alloc|Cannot allocate memory/i.test(errorText)) {
    return fail(say('jobOutOfMemory'));
  }
  if (exit.how === 'code') return fail(say('jobEndedWithout', { code: exit.code }));
  if (exit.signal === 'SIGKILL') {
    return fail(say('jobKilled'));
  }
  return fail(say('jobCrashed', { signal: exit.signal }));
}

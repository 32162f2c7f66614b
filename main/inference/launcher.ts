/** Starts a program in a process of its own on a real Node binary, and tells in one sentence how it ended. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { CrivoError } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { formatBytes, formatDurationMs } from '../../shared/units.ts';
import { processEnvironment } from './process-environment.ts';
import { describeExit, oomKills } from './process-exit.ts';
import type { ProcessExit } from './process-exit.ts';
import { watchMemory } from './process-memory.ts';

export interface LaunchOptions<FromChild> {
  /** A Node binary, version 24 or newer. */
  readonly nodePath: string;
  readonly entryPath: string;
  /** The subject of error sentences (`The cell`). */
  readonly title: string;
  /** Options for Node. */
  readonly nodeOptions?: readonly string[];
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The process is ended after this long. */
  readonly deadlineMs?: number | null;
  /** The process is ended when its resident memory passes this. */
  readonly memoryLimitBytes?: number | null;
  readonly signal?: AbortSignal;
  readonly onMessage: (message: FromChild) => void;
  /** Lines that the process wrote to stdout or stderr. */
  readonly onLog?: (line: string) => void;
}

export interface LaunchedProcess<ToChild> {
  readonly pid: number | undefined;
  readonly send: (message: ToChild) => void;
  /** Kills the process; `ended` then rejects with the reason. */
  readonly end: (reason: CrivoError) => void;
  /** Tells that nothing more is wanted of the process: should it not end by itself, it is ended, and `ended` resolves. */
  readonly done: () => void;
  /**
   * Resolves when the process has ended by itself with code 0, all its messages delivered. Rejects with a `CrivoError`:
   * `cancelled`, or `job-failed` (not started, crash, exit code, deadline, memory), its last output in `detail`.
   */
  readonly ended: Promise<void>;
}

/** What is kept of the process's output, to tell why it died. */
const keptOutputChars = 16_384;
/** Node may wait for a thread of its own while it ends; what is done ends in a few ms, or never. */
const graceMs = 2_000;

/** Starts the process at once. Messages are structured clones: typed arrays pass as they are. */
export function launch<ToChild extends object, FromChild>(options: LaunchOptions<FromChild>): LaunchedProcess<ToChild> {
  const { signal, deadlineMs, memoryLimitBytes, title } = options;
  const child = fork(options.entryPath, [], {
    execPath: options.nodePath,
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.nodeOptions ?? [])],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // NODE_OPTIONS of a test runner or debugger must not reach what is measured.
    env: processEnvironment({ NODE_OPTIONS: '', ...options.environment }),
  });
  const output = collectOutput(child, options.onLog);
  const oomKillsBefore = oomKills();
  let reason: CrivoError | undefined;
  const end = (why: CrivoError): void => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  let late: NodeJS.Timeout | undefined;
  const onAbort = (): void => end(new CrivoError('cancelled', say('jobCancelled', { job: title })));
  const deadline =
    typeof deadlineMs === 'number' ? setTimeout(() => end(tooLong(title, deadlineMs)), deadlineMs) : undefined;
  const unwatch =
    typeof memoryLimitBytes === 'number' && child.pid !== undefined
      ? watchMemory(child.pid, memoryLimitBytes, (rssBytes) => end(tooLarge(title, rssBytes, memoryLimitBytes)))
      : () => {};
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  child.on('message', (message) => {
    if (reason === undefined) options.onMessage(message as FromChild);
  });
  const finish = (exit: ProcessExit): void => {
    clearTimeout(deadline);
    clearTimeout(late);
    unwatch();
    signal?.removeEventListener('abort', onAbort);
    if (reason !== undefined) throw reason;
    const wasDone = late !== undefined && exit.how === 'signal' && exit.signal === 'SIGKILL';
    if (wasDone || (exit.how === 'code' && exit.code === 0)) return;
    const why = describeExit(exit, output(), oomKills() > oomKillsBefore);
    throw new CrivoError('job-failed', say('failed', { title, why }), { detail: output() });
  };
  return {
    pid: child.pid,
    send: (message) => void (child.connected && child.send(message, () => {})),
    end,
    done: () => {
      clearTimeout(deadline);
      late ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
    },
    ended: exitOf(child).then(finish),
  };
}

/** Waits until the process is gone and its pipes are drained. */
function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ how: 'not started', message: error.message });
    });
    child.once('close', (code, signal) => {
      resolve(signal === null ? { how: 'code', code: code ?? 0 } : { how: 'signal', signal });
    });
  });
}

/** Hands over whole lines, keeps the tail. */
function collectOutput(child: ChildProcess, onLog: ((line: string) => void) | undefined): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    let partial = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-keptOutputChars);
      if (onLog === undefined) return;
      const lines = (partial + chunk).split('\n');
      partial = (lines.pop() ?? '').slice(-keptOutputChars);
      for (const line of lines) if (line.trim() !== '') onLog(stripVTControlCharacters(line));
    });
    stream?.on('close', () => {
      if (onLog !== undefined && partial.trim() !== '') onLog(stripVTControlCharacters(partial));
    });
  }
  return () => stripVTControlCharacters(tail);
}

/** Why a process that took too long was ended. */
export const tooLong = (title: string, deadlineMs: number): CrivoError =>
  new CrivoError('job-failed', say('tooLong', { title, deadline: formatDurationMs(deadlineMs) }));

const tooLarge = (title: string, rssBytes: number, limitBytes: number): CrivoError =>
  new CrivoError('job-failed', say('tooLarge', { title, used: formatBytes(rssBytes), limit: formatBytes(limitBytes) }));

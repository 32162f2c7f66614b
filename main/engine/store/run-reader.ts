import { Worker } from 'node:worker_threads';
import type { RunQuery } from '../../../shared/contract.ts';
import { CrivoError, fromFailure } from '../../../shared/errors.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { writeRuns } from '../export/write-runs.ts';
import type { ExportReply, ExportRequest } from '../export/write-runs.ts';
import type { ComparisonTable } from '../../../shared/comparison.ts';
import type { CompareRequest } from './compare-runs.ts';
import type { HistorySeries } from '../../../shared/history.ts';
import type { Facet } from './run-facets.ts';
import type { RunReads, SampleReply, SampleRequest } from './run-reads.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Reads that can take longer than a window's event loop may stand still: over all runs, or of many samples. */
export interface RunReader {
  readonly query: (query: RunQuery) => Promise<{ readonly rows: readonly RunRow[]; readonly total: number }>;
  readonly facets: (where?: string) => Promise<readonly Facet[]>;
  readonly samples: (id: number, request: SampleRequest) => Promise<SampleReply>;
  /** The rows of a query as a file; see `writeRuns`. */
  readonly exportTo: (request: ExportRequest) => Promise<ExportReply>;
  readonly history: (where?: string) => Promise<readonly HistorySeries[]>;
  readonly compare: (request: CompareRequest) => Promise<ComparisonTable>;
  readonly close: () => Promise<void>;
}

/** Readers on threads of their own; one of them moves the write-ahead log into the database when asked, over another connection. */
export interface ThreadedReader extends RunReader {
  readonly checkpoint: () => Promise<void>;
}

/** What a reader thread is asked: a read's name with its parameters. */
export type ReadCall = {
  readonly [Name in CallName]: {
    readonly id: number;
    readonly name: Name;
    readonly parameters: Parameters<ThreadedReader[Name]>;
  };
}[CallName];
type ReadName = Exclude<keyof RunReader, 'close'>;
type CallName = ReadName | 'checkpoint';
export type ReadAnswer = { readonly id: number } & (
  { readonly result: unknown } | { readonly failure: Failure } | { readonly bug: string }
);

/** Reads on the thread that asks: for the command line, which has no event loop to keep free. */
export function readHere(reads: RunReads): Pick<RunReader, ReadName> {
  return {
    query: async (query) => reads.query(query),
    facets: async (where) => reads.facets(where),
    samples: async (id, request) => reads.samples(id, request),
    exportTo: (request) => writeRuns(reads, request),
    history: async (where) => reads.history(where),
    compare: async (request) => reads.compare(request),
  };
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Threads of one reader: a long read (an export, the facets of all runs) leaves one for the rows that a person waits for. */
const mostThreads = 2;

/** Reads on threads of their own with connections of their own, started as reads need them. `entryPath` is `reader-entry.ts`, or its built form. */
export function readOnThread(entryPath: string, folder: string): ThreadedReader {
  const threads: ReaderThread[] = [];
  const ask = <Result>(name: CallName, parameters: readonly unknown[]): Promise<Result> => {
    const free = threads.find(({ waiting }) => waiting() === 0);
    if (free === undefined && threads.length < mostThreads) threads.push(readerThread(entryPath, folder));
    const next = free ?? threads.reduce((least, thread) => (thread.waiting() < least.waiting() ? thread : least));
    return next.ask(name, parameters);
  };
  return {
    query: (query) => ask('query', [query]),
    facets: (where) => ask('facets', [where]),
    samples: (id, request) => ask('samples', [id, request]),
    exportTo: (request) => ask('exportTo', [request]),
    history: (where) => ask('history', [where]),
    compare: (request) => ask('compare', [request]),
    checkpoint: () => ask('checkpoint', []),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

interface ReaderThread {
  readonly ask: <Result>(name: CallName, parameters: readonly unknown[]) => Promise<Result>;
  /** Reads that it has not answered. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
}

/** One thread, started with its first read, and again with the next one after it failed. */
function readerThread(entryPath: string, folder: string): ReaderThread {
  const pending = new Map<number, Pending>();
  let worker: Worker | null = null;
  let lastId = 0;

  const fail = (error: Error): void => {
    worker = null;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  const start = (): Worker => {
    const started = new Worker(entryPath, { workerData: { folder }, name: 'crivo store reader' });
    started.on('message', (answer: ReadAnswer) => {
      settle(pending.get(answer.id), answer);
      pending.delete(answer.id);
      // An idle thread must not keep the process alive.
      if (pending.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new CrivoError('cancelled', say('closedWhileRead')));
    });
    return started;
  };
  return {
    ask: (name, parameters) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        worker.ref();
        worker.postMessage({ id: lastId, name, parameters });
      }),
    waiting: () => pending.size,
    close: async () => {
      await worker?.terminate();
    },
  };
}

function settle(waiting: Pending | undefined, answer: ReadAnswer): void {
  if (waiting === undefined) return;
  if ('result' in answer) waiting.resolve(answer.result as never);
  else waiting.reject('failure' in answer ? fromFailure(answer.failure) : new Error(answer.bug));
}

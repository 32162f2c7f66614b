/** The reader's thread: answers reads over its own connection, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { openForReading } from './database.ts';
import { createRunReads } from './run-reads.ts';
import { readHere } from './run-reader.ts';
import type { ReadAnswer, ReadCall, RunReader } from './run-reader.ts';
import { storageError } from './storage-error.ts';

const { folder } = workerData as { folder: string };
let reads: ReturnType<typeof readHere> | null = null;

parentPort?.on('message', (call: ReadCall) => {
  void answer(call).then((reply) => {
    parentPort?.postMessage(reply);
  });
});

async function answer({ id, name, parameters }: ReadCall): Promise<ReadAnswer> {
  try {
    reads ??= readHere(createRunReads(openForReading(folder)));
    const read = reads[name] as (...parameters: unknown[]) => ReturnType<RunReader[typeof name]>;
    return { id, result: await read(...parameters) };
  } catch (error) {
    const known = storageError(error, folder);
    if (known instanceof CrivoError) return { id, failure: toFailure(known) };
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

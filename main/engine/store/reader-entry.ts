/** The reader's thread: answers reads over its own connection, one after the other, and moves the write-ahead log over another. */
import { parentPort, workerData } from 'node:worker_threads';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { openForReading, openForWriting } from './database.ts';
import type { Connection } from './database.ts';
import { createRunReads } from './run-reads.ts';
import { readHere } from './run-reader.ts';
import type { ReadAnswer, ReadCall } from './run-reader.ts';
import { storageError } from './storage-error.ts';

const { folder } = workerData as { folder: string };
let reads: ReturnType<typeof readHere> | null = null;
let writer: Connection | null = null;

parentPort?.on('message', (call: ReadCall) => {
  void answer(call).then((reply) => {
    parentPort?.postMessage(reply);
  });
});

/** As far as no reader still needs the older pages; writers go on meanwhile. */
function checkpoint(): void {
  writer ??= openForWriting(folder);
  writer.pragma('wal_checkpoint(PASSIVE)');
}

async function answer({ id, name, parameters }: ReadCall): Promise<ReadAnswer> {
  try {
    if (name === 'checkpoint') return { id, result: checkpoint() };
    reads ??= readHere(createRunReads(openForReading(folder)));
    const read = reads[name] as (...parameters: unknown[]) => Promise<unknown>;
    return { id, result: await read(...parameters) };
  } catch (error) {
    const known = storageError(error, folder);
    if (known instanceof CrivoError) return { id, failure: toFailure(known) };
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

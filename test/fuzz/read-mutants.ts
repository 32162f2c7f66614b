/**
 * Reads damaged models one after the other, in a process of its own: `node --expose-gc read-mutants.ts SEED FROM TO FOLDER`. Writes a line
 * before each and one after it, at once, so that the parent knows which one it was that hung or crashed.
 */
import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CrivoError } from '../../shared/errors.ts';
import { graphOf } from '../../main/engine/graph/graph.ts';
import { topologicalOrder } from '../../main/engine/graph/topological-order.ts';
import { openModelOutline } from '../../main/engine/onnx/outline-model.ts';
import { decodeModel, readModel } from '../../main/engine/onnx/read-model.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { weightBytes } from '../fixtures/built-models.ts';
import { peakMemoryBytes } from '../fixtures/peak-memory.ts';
import { mutant } from './mutate.ts';
import { specimens } from './specimens.ts';
import type { Outcome } from './fuzz-reader.ts';

const [seed, from, to] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const folder = process.argv[5]!;
const path = join(folder, 'mutant.onnx');
const all = specimens();
writeFileSync(join(folder, 'w.bin'), weightBytes);

const mostLeftBehind = 128 * 2 ** 20;

const tell = (line: unknown): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/** `null` where the reader raised its own error; else what it gave. Anything else it raises is a bug. */
async function ownError<Result>(read: () => Result | Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CrivoError && (error.kind === 'invalid-model' || error.kind === 'not-found')) {
      if (/\n/.test(error.message)) throw new Error(`not one line: ${error.message}`, { cause: error });
      return null;
    }
    throw error;
  }
}

async function read(): Promise<boolean> {
  const whole = await ownError(() => readModel(path));
  const outline = await ownError(async () => {
    const { close } = await openModelOutline(path);
    await close();
    return true;
  });
  if ((whole === null) !== (outline === null)) throw new Error('reading and outlining disagree');
  if (whole === null) return false;
  const written = encodeModel(whole);
  if (Buffer.compare(encodeModel(decodeModel(written)), written) !== 0) throw new Error('it is not written as read');
  const graph = graphOf(whole);
  graph.consumersOf('x');
  await ownError(() => topologicalOrder(graph.nodes));
  return true;
}

for (let index = from; index < to; index += 1) {
  writeFileSync(path, mutant(all[index % all.length]!, seed + index));
  tell({ begin: index });
  const before = process.cpuUsage();
  let outcome: Outcome;
  try {
    outcome = (await read()) ? { how: 'read' } : { how: 'refused' };
  } catch (error) {
    outcome = { how: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { user, system } = process.cpuUsage(before);
  tell({ end: index, outcome, cpuMs: (user + system) / 1_000, peakBytes: peakMemoryBytes() });
  // What one left behind must not count for the next; collecting after each would take longer than reading.
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  if (heapUsed + arrayBuffers > mostLeftBehind) (globalThis as { gc?: () => void }).gc?.();
}

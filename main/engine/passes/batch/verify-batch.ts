import { CrivoError } from '../../../../shared/errors.ts';
import type { Session, TensorValue, TensorValues } from '../../ports.ts';
import { madeUpFeeds } from '../made-up-feeds.ts';
import type { Feeds } from '../pass.ts';
import { inputsOf } from './batch-axes.ts';
import type { BatchAxes } from './batch-axes.ts';
import type { Graph } from '../../graph/graph.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Of the largest magnitude; other batch sizes take other kernels, which sum in another order. */
const tolerance = 1e-4;

/** What the comparison found. */
export interface BatchProof {
  readonly rows: number;
  /** Largest difference over largest magnitude. */
  readonly largestDifference: number;
}

/**
 * Runs the original several times and the rewritten model once on the same examples, one fewer than they hold (or, with a batch of 1, three), and
 * compares each example's outputs. Raises `job-failed` where they differ.
 */
export async function verifyBatch(
  graph: Graph,
  axes: BatchAxes,
  original: Session,
  rewritten: Session,
): Promise<BatchProof> {
  const runs = axes.size === 1 ? 3 : 2;
  const rows = axes.size === 1 ? 3 : runs * axes.size - 1;
  const feeds = Array.from({ length: runs }, (_, seed) =>
    withShared(madeUpFeeds(inputsOf(graph), seed), madeUpFeeds(inputsOf(graph), 0), axes),
  );
  const expected: Feeds[] = [];
  for (const feed of feeds) expected.push(await original.run(feed));
  const stacked = Object.fromEntries(
    Object.keys(feeds[0]!).map((name) => {
      const axis = axes.axisOf.get(name);
      return [
        name,
        axis === undefined
          ? feeds[0]![name]!
          : firstRows(
              feeds.map((feed) => feed[name]!),
              axis,
              rows,
            ),
      ];
    }),
  );
  const actual = await rewritten.run(stacked);
  let largest = 0;
  for (const [name, value] of Object.entries(actual)) {
    const parts = expected.map((outputs) => outputs[name]!);
    const axis = value.shape.findIndex((size, at) => size !== parts[0]!.shape[at]);
    if (axis < 0) throw mismatch(name, say('growsNot'));
    largest = Math.max(largest, difference(name, value, firstRows(parts, axis, rows)));
  }
  return { rows, largestDifference: largest };
}

/** Inputs without a batch must be the same in all runs. */
const withShared = (feed: Feeds, shared: Feeds, axes: BatchAxes): Feeds =>
  Object.fromEntries(Object.keys(feed).map((name) => [name, axes.axisOf.has(name) ? feed[name]! : shared[name]!]));

/** Tensors joined along an axis, cut to so many rows. */
function firstRows(parts: readonly TensorValue[], axis: number, rows: number): TensorValue {
  const { elementType, shape, values } = parts[0]!;
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const perPart = shape[axis]!;
  const joined = new (values.constructor as new (length: number) => TensorValues)(outer * rows * inner);
  for (let block = 0; block < outer; block += 1) {
    for (let row = 0; row < rows; row += 1) {
      const from = (block * perPart + (row % perPart)) * inner;
      const source = parts[Math.floor(row / perPart)]!.values.subarray(from, from + inner);
      joined.set(source as never, (block * rows + row) * inner);
    }
  }
  return { elementType, shape: shape.map((size, at) => (at === axis ? rows : size)), values: joined };
}

function difference(name: string, actual: TensorValue, expected: TensorValue): number {
  if (actual.shape.join() !== expected.shape.join())
    throw mismatch(
      name,
      say('hasOtherShape', { actual: actual.shape.join(', '), expected: expected.shape.join(', ') }),
    );
  let largest = 0;
  let magnitude = 0;
  for (let index = 0; index < expected.values.length; index += 1) {
    const value = Number(expected.values[index]);
    largest = Math.max(largest, Math.abs(value - Number(actual.values[index])));
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  const relative = largest === 0 ? 0 : largest / magnitude;
  if (!(relative <= tolerance)) throw mismatch(name, say('differsBy', { relative: relative.toExponential(1) }));
  return relative;
}

const mismatch = (name: string, how: string): CrivoError =>
  new CrivoError('job-failed', say('batchNotFreed', { reason: say('trialOutput', { output: name, how }) }));

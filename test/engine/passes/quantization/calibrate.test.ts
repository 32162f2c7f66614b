import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { graphOf } from '../../../../main/engine/graph/graph.ts';
import { calibrate } from '../../../../main/engine/passes/quantization/calibrate.ts';
import type { CalibrationMethod } from '../../../../main/engine/passes/quantization/calibrate.ts';
import { addToHistogram, emptyHistogram } from '../../../../main/engine/passes/quantization/histogram.ts';
import { percentileRange } from '../../../../main/engine/passes/quantization/thresholds.ts';
import type { CalibrationSource, Feeds } from '../../../../main/engine/passes/pass.ts';
import { feedsSource, passWorld, smallModel, tensor } from '../../../fixtures/passes.ts';
import { floats } from '../../../fixtures/random-tensors.ts';

const world = passWorld();
const doubled: ModelProto = smallModel({
  inputs: { x: [1, 64] },
  outputs: { y: [1, 64] },
  nodes: [makeNode('Add', ['x', 'x'], ['hidden']), makeNode('Relu', ['hidden'], ['y'])],
});
const measure = async (source: CalibrationSource, method: CalibrationMethod, more: { percentile?: number; levels?: number; bins?: number; limit?: number; signal?: AbortSignal; progress?: (fraction: number | null) => void; openSession?: typeof world.openSession } = {}) => {
  const { signal = new AbortController().signal, progress = () => {}, openSession = world.openSession, ...options } = more;
  return calibrate(
    graphOf(doubled),
    ['x', 'hidden', 'y'],
    { method, percentile: 99.999, bins: 2048, levels: 128, movingAverage: 0, limit: null, ...options },
    { openSession, signal, progress, calibration: source },
  );
}; // prettier-ignore
const examples = (count: number, seed: number): Feeds[] =>
  Array.from({ length: count }, (_, index) => ({ x: floats([1, 64], seed + index) }));

test('minmax finds the extremes of any data', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 999 }), async (count, seed) => {
      const feeds = examples(count, seed);
      const values = feeds.flatMap(({ x }) => [...(x!.values as Float32Array)]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const { ranges, examples: seen } = await measure(feedsSource(feeds), 'minmax');
      expect(seen).toBe(count);
      expect(ranges.get('x')).toEqual({ low, high });
      expect(ranges.get('hidden')).toEqual({ low: 2 * low, high: 2 * high });
      expect(ranges.get('y')).toEqual({ low: 0, high: Math.max(0, 2 * high) });
    }),
    { numRuns: 20 },
  );
});

test('histograms that are filled example by example give the range of all values at once', async () => {
  const feeds = examples(12, 5);
  const { ranges } = await measure(feedsSource(feeds), 'percentile', { percentile: 95 });
  const all = Float32Array.from(feeds.flatMap(({ x }) => [...(x!.values as Float32Array)]));
  const magnitudes = all.map(Math.abs);
  const reach = Math.max(...magnitudes);
  const histogram = emptyHistogram(Math.min(...magnitudes), reach, 2048, true);
  addToHistogram(histogram, all);
  const observed = { low: Math.min(...all), high: Math.max(...all) };
  expect(ranges.get('x')).toEqual(percentileRange(histogram, 95, observed));
});

test("entropy at the reference's 128 bins and levels has one candidate: the range of minmax", async () => {
  const feeds = examples(6, 50);
  const symmetric = [...feeds, ...feeds.map(({ x }) => ({ x: tensor([1, 64], (x!.values as Float32Array).map((v) => -v)) }))]; // prettier-ignore
  const entropy = await measure(feedsSource(symmetric), 'entropy', { bins: 128 });
  const minmax = await measure(feedsSource(symmetric), 'minmax');
  expect(entropy.ranges.get('x')).toEqual(minmax.ranges.get('x'));
  expect(entropy.ranges.get('hidden')).toEqual(minmax.ranges.get('hidden'));
});

describe('examples stream by', () => {
  /** Makes each example when it is asked for, and counts. */
  function countedSource(count: number): { readonly source: CalibrationSource; readonly reads: number[] } {
    const reads: number[] = [];
    const source: CalibrationSource = {
      ...{ name: 'counted', count, sha256: '0'.repeat(64) },
      feeds: async function* ({ limit = Infinity } = {}) {
        const pass = reads.push(0) - 1;
        for (let index = 0; index < Math.min(limit, count); index += 1) {
          reads[pass]! += 1;
          yield { x: floats([1, 64], index) };
        }
      },
    };
    return { source, reads };
  }

  test.each([
    { method: 'minmax', passes: 1 },
    { method: 'percentile', passes: 2 },
    { method: 'entropy', passes: 2 },
  ] as const)('$method reads the data $passes times', async ({ method, passes }) => {
    const { source, reads } = countedSource(7);
    await measure(source, method);
    expect(reads).toEqual(Array(passes).fill(7));
  });

  test('no more than asked for', async () => {
    const { source, reads } = countedSource(7);
    expect((await measure(source, 'percentile', { limit: 3 })).examples).toBe(3);
    expect(reads).toEqual([3, 3]);
  });

  test('each is run before the next is read', async () => {
    const { source } = countedSource(4);
    const events: string[] = [];
    const watched: CalibrationSource = {
      ...source,
      feeds: async function* (options) {
        for await (const feeds of source.feeds(options)) {
          events.push('read');
          yield feeds;
        }
      },
    };
    const openSession: typeof world.openSession = async (model, options) => {
      const session = await world.openSession(model, options);
      const run: typeof session.run = (feeds, fetch) => {
        events.push('run');
        return session.run(feeds, fetch);
      };
      return { ...session, run };
    };
    await measure(watched, 'percentile', { openSession });
    expect(events).toEqual(Array(8).fill(['read', 'run']).flat());
  });

  test('progress rises to the end, and cancelling ends it', async () => {
    const fractions: number[] = [];
    const { source } = countedSource(5);
    await measure(source, 'percentile', { progress: (fraction) => fractions.push(fraction ?? NaN) });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const abort = new AbortController();
    const cancelled = measure(source, 'percentile', { signal: abort.signal, progress: () => abort.abort() });
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

test('values that are not numbers inside the model are told by the tensor', async () => {
  for (const bad of [NaN, Infinity]) {
    const feeds = examples(3, 1);
    (feeds[1]!['x']!.values as Float32Array)[9] = bad;
    await expect(measure(feedsSource(feeds), 'minmax')).rejects.toThrow(/^Tensor "x" became NaN or infinite/);
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addToHistogram, emptyHistogram } from '../../../../main/engine/passes/quantization/histogram.ts';
import { tailCounter } from '../../../../main/engine/passes/quantization/tail-counter.ts';
import { entropyRange, percentileRange } from '../../../../main/engine/passes/quantization/thresholds.ts';
import { readFixture, unpack } from '../../../fixtures/quantization/read-fixture.ts';
import type { PackedArray } from '../../../fixtures/quantization/read-fixture.ts';

interface HistogramFixture {
  readonly sources: Readonly<Record<string, readonly PackedArray[]>>;
  readonly cases: readonly {
    readonly source: string;
    readonly method: 'percentile' | 'entropy';
    readonly absolute: boolean;
    readonly bins: number;
    readonly levels: number;
    readonly percentile: number;
    readonly counts: PackedArray | null;
    readonly lastEdges: readonly number[];
    readonly low: number;
    readonly high: number;
  }[];
}
const fixture = readFixture<HistogramFixture>('histograms.json');

describe('histograms equal numpy, and ranges those of onnxruntime.quantization 1.30', () => {
  test.each(fixture.cases)('$source: $method, $bins bins, absolute $absolute, percentile $percentile', (expected) => {
    const batches = fixture.sources[expected.source]!.map((packed) => unpack(packed, 'float32'));
    const all = batches.flatMap((batch) => [...batch]);
    const low = Math.min(...all);
    const high = Math.max(...all);
    const reach = Math.max(-low, high);
    const smallest = Math.min(...all.map(Math.abs));
    const histogram = emptyHistogram(expected.absolute ? smallest : -reach, reach, expected.bins, expected.absolute);
    for (const batch of batches) addToHistogram(histogram, batch);
    if (expected.counts !== null) expect(Uint16Array.from(histogram.counts)).toEqual(unpack(expected.counts, 'uint16'));
    expect([...histogram.edges.slice(-3)]).toEqual(expected.lastEdges);
    const range =
      expected.method === 'percentile'
        ? percentileRange(histogram, expected.percentile, { low, high })
        : entropyRange(histogram, expected.levels, { low, high });
    expect(range).toEqual({ low: expected.low, high: expected.high });
    if (expected.method === 'entropy' && expected.bins === 128) expect(range).toEqual({ low, high });
  });
});

test('counting only what can matter gives the percentile of counting all, whatever comes in which order', () => {
  const value = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 }), fc.constant(0));
  const example = fc.float32Array({
    noNaN: true,
    noDefaultInfinity: true,
    min: -8,
    max: 8,
    minLength: 1,
    maxLength: 200,
  });
  const examples = fc.array(
    fc.oneof(
      example,
      fc.array(value, { minLength: 1, maxLength: 200 }).map((all) => Float32Array.from(all)),
    ),
    { minLength: 1, maxLength: 8 },
  );
  const percentile = fc.constantFrom(50, 90, 95.3, 99, 99.9, 99.999, 100);
  fc.assert(
    fc.property(examples, percentile, fc.constantFrom(8, 128, 2_048), (batches, wanted, bins) => {
      const all = batches.flatMap((batch) => [...batch]);
      const magnitudes = all.map(Math.abs);
      const [smallest, reach] = [Math.min(...magnitudes), Math.max(...magnitudes)];
      const [whole, tail] = [1, 2].map(() => emptyHistogram(smallest, reach, bins, true)) as [Counted, Counted];
      const add = tailCounter(tail, wanted, all.length);
      for (const batch of batches) {
        addToHistogram(whole, batch);
        add(batch);
      }
      const observed = { low: Math.min(...all), high: Math.max(...all) };
      expect(percentileRange(tail, wanted, observed)).toEqual(percentileRange(whole, wanted, observed));
    }),
    { numRuns: 500 },
  );
});
type Counted = ReturnType<typeof emptyHistogram>;

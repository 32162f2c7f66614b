import { describe, expect, test } from 'vitest';
import { addToHistogram, emptyHistogram } from '../../../../main/engine/passes/quantization/histogram.ts';
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

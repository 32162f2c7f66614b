import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compress, decompress } from '../../../main/engine/store/compression.ts';
import { packSamples, unpackSamples } from '../../../main/engine/store/sample-codec.ts';
import { exampleSamples, seededRandom } from '../../fixtures/example-run.ts';

test('clock readings take under a third of their bytes and come back the same', async () => {
  const samplesMs = exampleSamples(10_000, 0.4, seededRandom(3));
  const packed = await packSamples(samplesMs);
  expect(packed.encoding).toBe('ns+zstd');
  expect(packed.data.byteLength).toBeLessThan((8 * samplesMs.length) / 3);
  expect(unpackSamples(packed)).toEqual(samplesMs);
});

test.each([
  ['none', []],
  ['one', [3.25]],
  ['a part of a nanosecond', [1, 1 / 3]],
  ['minus zero', [0, -0]],
  ['further apart than 4.29 s', [0.001, 5_000]],
  ['beyond the whole numbers of a double', [9e15, 1]],
])('samples come back bit for bit: %s', async (_name, values) => {
  const samplesMs = Float64Array.from(values);
  expect(unpackSamples(await packSamples(samplesMs))).toEqual(samplesMs);
});

test('any samples come back bit for bit', async () => {
  const clockReading = fc.nat(2 ** 31 - 1).map((nanoseconds) => nanoseconds / 1e6);
  const samples = fc.oneof(
    fc.array(clockReading),
    fc.array(fc.oneof(clockReading, fc.double({ noNaN: true, noDefaultInfinity: true }))),
  );
  await fc.assert(
    fc.asyncProperty(samples, async (values) => {
      const samplesMs = Float64Array.from(values);
      expect(unpackSamples(await packSamples(samplesMs))).toEqual(samplesMs);
    }),
  );
});

test('what a Node without zstd wrote can be read', async () => {
  const text = Buffer.from('{"a":1}'.repeat(100));
  const { deflateSync } = await import('node:zlib');
  expect(decompress('deflate', deflateSync(text))).toEqual(text);
  for (const wish of ['zstd', 'deflate'] as const) {
    const { encoding, bytes } = await compress(text, wish);
    expect(encoding).toBe(wish);
    expect(decompress(encoding, bytes)).toEqual(text);
  }
});

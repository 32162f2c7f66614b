/** A bare loop of `session.run` in a process of its own, as one would write it by hand; prints the median in ms. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readFileSync } from 'node:fs';
import { median } from './figure.ts';

const [model = '', images = ''] = process.argv.slice(2);
const session = await InferenceSession.create(model, { intraOpNumThreads: 1, executionProviders: ['cpu'] });
// NumPy file of bytes, 1 × 28 × 28 each, after its header of 128 bytes.
const bytes = readFileSync(images).subarray(128);
const feeds = Array.from({ length: 16 }, (_, index) => ({
  image: new Tensor(
    'float32',
    Float32Array.from(bytes.subarray(index * 784, (index + 1) * 784), (value) => value / 255),
    [1, 1, 28, 28],
  ),
}));
const samples: number[] = [];
const began = performance.now();
for (let turn = 0; performance.now() - began < 1_200; turn += 1) {
  const before = process.hrtime.bigint();
  await session.run(feeds[turn % feeds.length]!);
  samples.push(Number(process.hrtime.bigint() - before) / 1e6);
}
// The first 200 ms are warm-up, as in the quick profile.
console.log(median(samples.slice(Math.floor(samples.length / 6))));

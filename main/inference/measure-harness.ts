/** What the harness itself costs: an inference that does nothing, timed like any other. */
import { Tensor } from 'onnxruntime-node';
import { orderedFromSamples, quantile } from '../engine/measure/ordered-values.ts';
import { nowMs } from './cell-clock.ts';
import { openNative } from './session.ts';

const inferences = 200;
/** The first ones compile what the rest run. */
const leftOut = 50;

/** Median latency in ms of a model that only copies its input. */
export async function measureHarness(identityModel: Uint8Array): Promise<number> {
  const session = await openNative(identityModel, { threads: 1 });
  const feeds = { x: new Tensor('float32', Float32Array.of(1), [1, 1]) };
  const samples: number[] = [];
  for (let turn = 0; turn < inferences; turn += 1) {
    const beganMs = nowMs();
    await session.run(feeds);
    samples.push(nowMs() - beganMs);
  }
  await session.release();
  return quantile(orderedFromSamples(Float64Array.from(samples.slice(leftOut))), 0.5);
}

/** What holds of every pass on any small network: it loads at every level, computes nearly the same, and leaves its parent as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import { networkOf, networkPlans, networkSide } from '../../fixtures/arbitrary-network.ts';
import { expectSound, feedsSource, passWorld, snrDb } from '../../fixtures/passes.ts';
import { floats } from '../../fixtures/random-tensors.ts';

const world = passWorld();

test.each([
  { pass: 'normalize', atLeastDb: 90, options: {} },
  { pass: 'convert-to-float16', atLeastDb: 40, options: {} },
  { pass: 'quantize-static', atLeastDb: 8, options: { method: 'minmax', floatIslands: false } },
  { pass: 'quantize-static', atLeastDb: 8, options: { method: 'minmax', activationType: 'int8', perChannel: false } },
  { pass: 'quantize-dynamic', atLeastDb: 15, options: { operators: ['Conv', 'MatMul', 'Gemm'] } },
  { pass: 'quantize-weights', atLeastDb: 8, options: {} },
])('$pass, $options', async ({ pass, atLeastDb, options }) => {
  await fc.assert(
    fc.asyncProperty(networkPlans, async (plan) => {
      const model = networkOf(plan);
      const before = encodeModel(model);
      const feeds = [1, 2, 3].map((seed) => ({ x: floats([1, plan.channels, networkSide, networkSide], seed) }));
      const parent = pass === 'normalize' ? model : (await world.apply('normalize', model)).graph.model;
      const { graph } = await world.apply(pass, parent, options, pass === 'quantize-static' ? feedsSource(feeds) : null);
      await expectSound(world, graph);
      expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(atLeastDb);
      expect(Buffer.compare(encodeModel(model), before)).toBe(0);
    }),
    { numRuns: 15, seed: 20_261_125 },
  );
}, 60_000); // prettier-ignore

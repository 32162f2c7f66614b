import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../main/engine/graph/graph.ts';
import type { Graph } from '../../../../main/engine/graph/graph.ts';
import { inferShapes } from '../../../../main/engine/graph/infer-shapes.ts';
import { seededRandom } from '../../../../main/engine/measure/seeded-random.ts';
import { tensorShape } from '../../../../main/engine/onnx/tensor.ts';
import { channelGroups } from '../../../../main/engine/passes/pruning/channel-groups.ts';
import { costWithout } from '../../../../main/engine/passes/pruning/prune-cost.ts';
import { leastImportant } from '../../../../main/engine/passes/pruning/select-units.ts';
import { removalOf, sliceGraph } from '../../../../main/engine/passes/pruning/slice-graph.ts';
import { expectSound, passWorld } from '../../../fixtures/passes.ts';
import { topologies } from '../../../fixtures/pruning/topologies.ts';
import type { Topology } from '../../../fixtures/pruning/topologies.ts';
import { withZeroedInputs } from '../../../fixtures/pruning/zeroed-inputs.ts';
import { floats } from '../../../fixtures/random-tensors.ts';

const world = passWorld();

/** Finds the groups, takes a random part of each away. */
async function pruneAtRandom({ model, groups, locked, input }: Topology, seed: number) {
  const graph = graphOf(model);
  const tensors = await inferShapes(model, world.openSession);
  const found = channelGroups(graph, tensors);
  expect(Object.fromEntries(found.groups.map(({ name, units }) => [name, units.length]))).toEqual(groups);
  expect(found.locked.map(({ name }) => name).sort()).toEqual(Object.keys(locked).sort());
  for (const { name, reason } of found.locked) expect(reason).toContain(locked[name]);
  const random = seededRandom(seed);
  const units = found.groups.flatMap((group) => {
    const removable = leastImportant(
      group.units,
      group.units.map(() => random()),
    );
    return removable.slice(0, Math.ceil(random() * removable.length)).map((index) => group.units[index]!);
  });
  const removal = removalOf(found.spaces, units);
  const sliced = sliceGraph(
    graph,
    removal,
    (name) => graph.initializers.get(name)?.dims.map(Number) ?? tensors.get(name)?.shape ?? null,
  );
  const concrete = await inferShapes(model, world.openSession, { x: input });
  return { graph, sliced, removal, units, cost: costWithout(graph, concrete, removal) };
}

const outputOf = async ({ model }: Graph, { input }: Topology, seed: number): Promise<Float32Array> => {
  const [outputs] = await world.run(model, [{ x: floats(input, seed) }], { graphOptimization: 'disabled' });
  return Object.values(outputs!)[0]!.values as Float32Array;
};

/** Largest difference over the largest value; values far below 1 are rounding. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0) / largest;
}

describe('a model without some of its channels gives what the whole one gives when nobody reads them', () => {
  test.each(Object.entries(topologies))('%s', async (_, build) => {
    let sound = false;
    let largestEffect = 0;
    let removedUnits = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), async (seed) => {
        const topology = build(seed);
        const { graph, sliced, removal, units, cost } = await pruneAtRandom(topology, seed);
        const expected = await outputOf(withZeroedInputs(graph, removal.removed), topology, seed);
        expect(distance(await outputOf(sliced, topology, seed), expected)).toBeLessThan(1e-5);
        removedUnits += units.length;
        if (units.length > 0) {
          largestEffect = Math.max(largestEffect, distance(await outputOf(graph, topology, seed), expected));
          const kept = [...graph.initializers.keys()].map((name) => sliced.initializers.get(name)!);
          const counted = kept.map((tensor) => tensorShape(tensor).reduce((product, size) => product * size, 1));
          expect(counted.reduce((sum, count) => sum + count, 0)).toBe(cost.parameters);
        }
        if (!sound) await expectSound(world, sliced);
        sound = true;
      }),
      { numRuns: 5 },
    );
    if (removedUnits > 0) expect(largestEffect).toBeGreaterThan(1e-3);
  });
});

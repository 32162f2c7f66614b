import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../main/engine/graph/graph.ts';
import { readModel } from '../../../../main/engine/onnx/read-model.ts';
import { tensorShape, tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import { encodeModel } from '../../../../main/engine/onnx/write-model.ts';
import { expectSound, foreignModels, passWorld } from '../../../fixtures/passes.ts';
import { realModels } from '../../../fixtures/real-models.ts';

const world = passWorld();
const noSpeed =
  'ONNX Runtime gains no speed from zeros on a CPU, nor does the file shrink: what shrinks is the file when it is compressed.';

describe('N:M', () => {
  test.each(['2:4', '1:4', '4:8'])('%s leaves exactly N of every M along the inputs, the largest', async (pattern) => {
    const [keep = 0, of = 0] = pattern.split(':').map(Number);
    const before = graphOf(await readModel(realModels.squeezenet));
    const { graph, report } = await world.apply('prune-weights', before.model, { pattern });
    await expectSound(world, graph);
    expect(report.warnings).toEqual([noSpeed]);
    let blocks = 0;
    for (const node of graph.nodes.filter(({ opType }) => opType === 'Conv')) {
      const tensor = graph.initializers.get(node.input[1]!)!;
      const [outputs = 0, inputs = 0, ...kernel] = tensorShape(tensor);
      const inner = kernel.reduce((product, size) => product * size, 1);
      const values = tensorValues(tensor) as Float32Array;
      const original = tensorValues(before.initializers.get(tensor.name)!) as Float32Array;
      for (let block = 0; block < outputs * inner * Math.floor(inputs / of); block += 1) {
        const [group, place] = [Math.floor(block / inner), block % inner];
        const [output, run] = [Math.floor(group / Math.floor(inputs / of)), group % Math.floor(inputs / of)];
        const at = Array.from({ length: of }, (_, index) => (output * inputs + run * of + index) * inner + place);
        const kept = at.filter((index) => values[index] !== 0);
        const least = Math.min(...kept.map((index) => Math.abs(original[index]!)));
        const gone = Math.max(...at.filter((index) => values[index] === 0).map((index) => Math.abs(original[index]!)));
        if (kept.length !== keep || gone > least)
          throw new Error(`block ${block} of ${tensor.name} keeps ${kept.length}`);
        blocks += 1;
      }
    }
    expect(blocks).toBeGreaterThan(1_000);
  });

  test.each(['4:4', '0:4', '5:4'])('%s is refused', (pattern) =>
    expect(world.apply('prune-weights', realModels.squeezenet, { pattern })).rejects.toThrow(
      `The pattern "${pattern}" keeps nothing or everything; write N:M with N below M, as in 2:4.`,
    ),
  );
});

describe('unstructured', () => {
  test.each([true, false])('zeroes the share that was asked for, ranked globally: %s', async (global) => {
    const { graph, report } = await world.apply('prune-weights', realModels.resnet, { ratio: 0.7, global });
    await expectSound(world, graph);
    const { figures } = report;
    expect(Number(figures['weights_zero']) / Number(figures['weights'])).toBeCloseTo(0.7, 2);
    expect(figures['compressed_bytes_after']).toBe(deflateSync(encodeModel(graph.model)).byteLength);
    expect(Number(figures['compressed_bytes_after'])).toBeLessThan(0.6 * Number(figures['compressed_bytes_before']));
    expect(report.warnings).toEqual([noSpeed]);
  });

  test('a model without layers outside its subgraphs has nothing to prune', async () => {
    const { report } = await world.apply('prune-weights', foreignModels.silero);
    expect(report.summary).toBe(
      'Nothing to prune: the model has no convolution or product with constant float32 weights.',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import type { Feeds } from '../../../main/engine/passes/pass.ts';
import { starterModel } from '../../fixtures/cells.ts';
import { expectSound, foreignModels, passWorld, snrDb, tensor } from '../../fixtures/passes.ts';
import { lineFeeds } from '../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();
const image: Feeds = {
  image: tensor(
    [2, 1, 28, 28],
    Float32Array.from({ length: 1568 }, (_, at) => Math.abs(Math.sin(at))),
  ),
};
const models: [string, string, Feeds[]][] = [
  ['digits-resnet', starterModel('digits-resnet'), [image]],
  ['digits-mobilenet', starterModel('digits-mobilenet'), [image]],
  ['digits-squeezenet', starterModel('digits-squeezenet'), [image]],
  ['PP-OCR direction', foreignModels.direction, lineFeeds()],
];

describe.each(['basic', 'extended', 'layout', 'all'])('level %s', (level) => {
  test.each(models)('%s computes the same; the same model gives the same bytes', async (_, path, feeds) => {
    const { graph, report } = await world.apply('optimize-graph', path, { level });
    await expectSound(world, graph);
    expect(snrDb(await world.run(path, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(90);
    const again = await world.apply('optimize-graph', path, { level });
    expect(Buffer.compare(encodeModel(again.graph.model), encodeModel(graph.model))).toBe(0);
    expect(report.figures['nodes_after']).toBeLessThan(report.figures['nodes_before'] as number);
    expect(report.nodes.find(({ operator }) => operator === 'BatchNormalization')?.reason).toMatch(/before, 0 after$/);
  });

  test('what can be moved to other runtimes and processors is told', async () => {
    const { graph, report } = await world.apply('optimize-graph', starterModel('digits-resnet'), { level });
    const own = graph.nodes.filter(({ domain }) => domain.startsWith('com.microsoft'));
    const layout = own.filter(({ domain }) => domain === 'com.microsoft.nchwc');
    expect(report.figures).toMatchObject({ onnxruntime_nodes: own.length, layout_nodes: layout.length });
    if (level === 'basic') expect([own.length, report.warnings]).toEqual([0, []]);
    if (level === 'extended') expect(report.warnings.join()).toContain("ONNX Runtime's own operators (com.microsoft)");
    if (level === 'layout' || level === 'all') expect(report.warnings.join()).toMatch(/processor/);
  });
});

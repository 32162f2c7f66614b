/** What every spec gets: a workbench of its own, opened in the shell of its project, and a page that must not complain. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, _electron as electron, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { seedFolder } from './seed.ts';
import { root, startHost } from './workbench-host.ts';

export interface ShellOptions {
  /** `none`: the project's shell is not installed, and its specs are skipped. */
  readonly shell: 'web' | 'electron' | 'none';
  /** `fresh`: a first start. `seeded`: models, variants and measured runs are there. */
  readonly start: 'fresh' | 'seeded';
}
interface Fixtures extends ShellOptions {
  /** Of this test alone. */
  readonly dataFolder: string;
  /** The workbench's page, open. */
  readonly page: Page;
  /** What the page may say on its console without failing the test. */
  readonly allowedComplaints: RegExp | null;
}

export const test = base.extend<Fixtures>({
  shell: ['web', { option: true }],
  start: ['seeded', { option: true }],
  allowedComplaints: [null, { option: true }],

  dataFolder: async ({ start }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-'));
    if (start === 'seeded') cpSync(seedFolder(), folder, { recursive: true });
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },

  page: async ({ shell, context, dataFolder, allowedComplaints, viewport }, use) => {
    test.skip(shell === 'none', 'Electron’s runtime is not installed here.');
    const complaints: string[] = [];
    const listen = (page: Page): void => {
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
    };
    if (shell === 'electron') {
      const packed = process.env['CRIVO_E2E_ELECTRON'];
      const app = await electron.launch({
        ...(packed === undefined ? { args: [root] } : { executablePath: join(root, packed), args: [] }),
        env: { ...process.env, CRIVO_DATA: dataFolder } as never,
      });
      const page = await app.firstWindow();
      listen(page);
      if (viewport !== null) await page.setViewportSize(viewport);
      await use(page);
      await app.close();
    } else {
      const host = await startHost(dataFolder);
      const page = await context.newPage();
      listen(page);
      await page.goto(host.url);
      await use(page);
      await page.close();
      await host.stop();
    }
    expect(complaints.filter((text) => allowedComplaints?.test(text) !== true)).toEqual([]);
  },
});

export { expect };

/** One of the models that Crivo brings along, to be added as a file. */
export const starterFile = (name: string): string => {
  const path = join(root, 'resources/models', `${name}.onnx`);
  if (!existsSync(path)) throw new Error(`${path} is missing.`);
  return path;
};

import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import { chromiumLaunch } from './test/e2e/chromium.ts';
import type { ShellOptions } from './test/e2e/fixtures.ts';

/** A packed app to test, by its program. */
const packedApp = process.env['CRIVO_E2E_ELECTRON'];
if (packedApp !== undefined && !existsSync(packedApp)) throw new Error(`There is no packed app ${packedApp}.`);
/** Where Electron's runtime is: in the packed app, installed beside its package, or given. */
const electronInstalled =
  packedApp !== undefined ||
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined ||
  existsSync('node_modules/electron/path.txt');

/** The same specs in two shells: the web host in Chromium, and Electron where its runtime is. */
export default defineConfig<ShellOptions>({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: '.cache/e2e',
  globalSetup: './test/e2e/seed.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.cache/reports/e2e.json' }]],
  use: {
    launchOptions: chromiumLaunch(),
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'chromium', use: { shell: 'web' } },
    { name: 'electron', use: { shell: electronInstalled ? 'electron' : 'none' } },
  ],
});

import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import { chromiumPath } from './test/e2e/chromium.ts';

/** Where Electron's runtime is: installed beside its package, or given. */
const electronInstalled =
  process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined || existsSync('node_modules/electron/path.txt');
if (process.env.CRIVO_E2E_ELECTRON === 'required' && !electronInstalled)
  throw new Error('Electron’s runtime is required and not installed.');

/** The same specs in two shells: the web host in Chromium, and Electron where its runtime is. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  outputDir: '.cache/e2e',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.cache/reports/e2e.json' }]],
  use: {
    launchOptions: {
      executablePath: await chromiumPath(),
      // Not the package's own arguments: those switch web security off and would hide faults of the policy.
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'chromium', metadata: { shell: 'web' } },
    { name: 'electron', metadata: { shell: 'electron', installed: electronInstalled } },
  ],
});

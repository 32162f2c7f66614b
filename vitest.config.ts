import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { svelte } from '@sveltejs/vite-plugin-svelte';

/** Unit and integration tests: everything but the browser's (`playwright.config.ts`). */
export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    globalSetup: 'test/first-start.ts',
    pool: 'forks',
    maxWorkers: 2,
    // Hundreds of processes start from the sources: what Node made of them is kept.
    // Tests that use ONNX Runtime themselves send no telemetry, as the program's processes don't.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'node'), ORT_DISABLE_TELEMETRY: '1' },
    // What hangs is found in the end; a machine that is busy with something else fails nothing.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

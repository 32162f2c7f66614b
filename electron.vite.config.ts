import { defineConfig } from 'electron-vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';

/** Entries of the main side: hosts, and the processes that they start. A missing one fails the build. */
const mainEntries = {
  desktop: 'main/hosts/desktop/main.ts',
  cli: 'main/hosts/cli/main.ts',
  cell: 'main/inference/cell-entry.ts',
  job: 'main/jobs/job-entry.ts',
  'store-reader': 'main/engine/store/reader-entry.ts',
};

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node22',
      sourcemap: true,
      externalizeDeps: true,
      rollupOptions: {
        input: mainEntries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: 'main/hosts/desktop/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [svelte()],
    build: {
      outDir: 'out/renderer',
      sourcemap: 'hidden',
      target: 'es2024',
      minify: true,
      manifest: true,
      // How long plugins took is nothing to tell a person who starts the program.
      rollupOptions: { input: { index: 'renderer/index.html' }, checks: { bundlerTimings: false } },
    },
  },
});

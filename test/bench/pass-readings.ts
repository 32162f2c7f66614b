/** What passes take, each run in a process of its own. */
import { execFileSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

export interface Reading {
  readonly passMs: Readonly<Record<string, number>>;
  /** From the model's file to the variant's. */
  readonly wholeMs: number;
  readonly beforeBytes: number | null;
  readonly peakBytes: number | null;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** Runs passes on a model's file so many times; see `passes-process.ts` for their notation. */
export type Run = (rounds: number, modelPath: string, ...passes: readonly string[]) => readonly Reading[];

/** Variants are made, and removed again, in `folder`. Runs the sources bundled, as the application does. */
export async function passRunner(folder: string): Promise<Run> {
  const entry = await bundle('passes-process');
  let started = 0;
  return (rounds, modelPath, ...passes) =>
    Array.from({ length: rounds }, () => {
      const work = join(folder, `run-${(started += 1)}`);
      const stdout = execFileSync(process.execPath, ['--expose-gc', entry, modelPath, work, ...passes], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      rmSync(work, { recursive: true, force: true });
      return JSON.parse(stdout) as Reading;
    });
}

/** Node takes 45 MB more to read TypeScript. */
async function bundle(name: string): Promise<string> {
  const outDir = join(import.meta.dirname, '../../.cache/bench');
  await build({
    ...{ configFile: false, logLevel: 'error' },
    build: { ssr: join(import.meta.dirname, `${name}.ts`), outDir, target: 'node22', minify: false },
  });
  return join(outDir, `${name}.js`);
}

/** Of a model's file with its data file. */
export const bytesOf = (path: string): number =>
  [path, `${path}.data`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

/** A data folder with models, variants and measured runs, made once for all specs by the program itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtCrivo } from '../fixtures/built.ts';

/** Cells of some tens of ms: what is tested is not the speed. */
export const briefMeasure =
  '{ minDurationMs: 30, minSamples: 20, targetRelativeInterval: 1, maxDurationMs: 2000, warmupMinMs: 10, warmupMaxMs: 1000, warmupTolerance: 0.5 }';

const sweep = `name: seed
models: [digits-mobilenet, digits-squeezenet]
variants: [original, fp16]
providers: [cpu, coreml]
batchSizes: [1, 8]
threads: [1, 2]
dataset: digits
measure: ${briefMeasure}
`;

/** Runs before all specs; what it returns runs after them. */
export default async function makeSeed(): Promise<() => void> {
  const bin = await builtCrivo();
  const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-seed-'));
  const data = join(folder, 'data');
  const file = join(folder, 'seed.yml');
  writeFileSync(file, sweep);
  execFileSync(process.execPath, [bin, '--data', data, 'sweep', 'run', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  process.env['CRIVO_E2E_SEED'] = data;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** To be copied, never opened. */
export function seedFolder(): string {
  const folder = process.env['CRIVO_E2E_SEED'];
  if (folder === undefined) throw new Error('There is no seed; run the specs with `playwright test`.');
  return folder;
}

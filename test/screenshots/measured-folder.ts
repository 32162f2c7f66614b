/** A data folder as a person's is after an evening: models, variants, datasets and runs that were really measured here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDigits } from '../fixtures/pictures.ts';
import { realModels } from '../fixtures/real-models.ts';
import { root } from '../e2e/workbench-host.ts';

/** Short cells, so that the whole takes some minutes; their figures are what they are. */
const sweep = `name: digits, three ways
models: [digits-resnet, digits-mobilenet]
variants: [original, int8-static, fp16]
providers: [cpu, cuda]
batchSizes: [1, 4, 16]
threads: [1, 2]
dataset: digits
measure: { minDurationMs: 250, minSamples: 64, targetRelativeInterval: 0.03, maxDurationMs: 800, warmupMinMs: 100, warmupMaxMs: 500 }
rounds: 3
remeasureNoisy: 0
`;

/** Fills `data` by the command line; takes some minutes, since it measures. */
export async function makeMeasuredFolder(data: string): Promise<void> {
  const crivo = (...args: readonly string[]): void => {
    const command = [join(root, 'bin/crivo.cjs'), '--data', data, ...args];
    execFileSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const folder = mkdtempSync(join(tmpdir(), 'crivo-screenshots-'));
  try {
    crivo('model', 'add', realModels.detection, realModels.silero);
    await writeDigits(join(folder, 'handwriting'), 200);
    crivo('dataset', 'add', join(folder, 'handwriting'), '--preset', 'digits');
    const file = join(folder, 'sweep.yml');
    writeFileSync(file, sweep);
    crivo('sweep', 'run', file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the bench of datasets measures in a process of its own; prints JSON. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '../../main/engine/accuracy/dataset.ts';
import { createEvaluator } from '../../main/engine/accuracy/evaluate/create-evaluator.ts';
import { importDataset } from '../../main/engine/accuracy/import/import-dataset.ts';
import { openSession } from '../../main/inference/session.ts';
import { pictureDecoder } from '../../main/jobs/decode-pictures.ts';
import { digits, starterModel } from '../fixtures/cells.ts';

const batchSize = 64;

/** Imports a folder of pictures: ms, and the largest memory of the process. */
async function importFolder(folder: string, preset: string): Promise<object> {
  const scratch = mkdtempSync(join(tmpdir(), 'crivo-bench-import-'));
  const parts = { folder: join(scratch, 'dataset'), scratchFolder: join(scratch, 'scratch') };
  Object.values(parts).forEach((path) => mkdirSync(path));
  const began = performance.now();
  const { stored } = await importDataset(
    { paths: [folder], preparation: preset === 'digits' ? 'digits' : 'imagenet' },
    { ...parts, limit: null, decoder: pictureDecoder, progress: () => {} },
  );
  const ms = performance.now() - began;
  rmSync(scratch, { recursive: true });
  return { ms, examples: stored.detail.examples, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

/** Reading, judging and all else of an evaluation over the time that inference takes. */
async function evaluate(model: string): Promise<object> {
  const session = await openSession(starterModel(model), { threads: 1 });
  const [input] = session.inputs;
  const slot = { name: input!.name, elementType: input!.elementType, shape: [batchSize, 1, 28, 28] };
  let inferenceMs = 0;
  let allMs = 0;
  for (let turn = 0; turn < 6; turn += 1) {
    const began = performance.now();
    const dataset = await openDataset(digits, [slot]);
    const evaluator = (await createEvaluator(digits, dataset.exampleCount))!;
    let inferring = 0;
    for (let index = 0; index < dataset.batchCount; index += 1) {
      const { inputs, real, first } = await dataset.batch(index);
      const before = performance.now();
      const outputs = await session.run(inputs);
      inferring += performance.now() - before;
      await evaluator.add({ outputs, real, first });
    }
    evaluator.finish();
    await dataset.close();
    // The first is warm-up.
    if (turn === 0) continue;
    inferenceMs += inferring;
    allMs += performance.now() - began;
  }
  await session.release();
  return { inferenceMs, allMs };
}

const [what = '', ...rest] = process.argv.slice(2);
console.log(JSON.stringify(await (what === 'import' ? importFolder(rest[0]!, rest[1]!) : evaluate(rest[0]!))));
process.exit(0);

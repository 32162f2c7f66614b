/** What the bench of datasets measures in a process of its own; prints JSON. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { batchesOf, openDataset } from '../../main/engine/accuracy/dataset.ts';
import { createEvaluator } from '../../main/engine/accuracy/evaluate/create-evaluator.ts';
import { openSession } from '../../main/inference/session.ts';
import { importDatasetJob } from '../../main/jobs/import-dataset.ts';
import { preparationPresets } from '../../shared/preparation-presets.ts';
import { digits, starterModel } from '../fixtures/cells.ts';
import { peakMemoryBytes } from '../fixtures/peak-memory.ts';

const batchSize = 64;

/** Imports a folder of pictures: ms, and the largest memory of the process. */
async function importFolder(folder: string, preset: 'digits' | 'stretch' | 'imagenet'): Promise<object> {
  const scratch = mkdtempSync(join(tmpdir(), 'crivo-bench-import-'));
  const began = performance.now();
  const imagenet = preparationPresets.imagenet.preparation;
  if (imagenet.kind !== 'image') throw new Error('a preparation of pictures');
  const preparation = { digits: 'digits', stretch: { ...imagenet, fit: 'stretch' }, imagenet: 'imagenet' } as const;
  const { stored } = await importDatasetJob(
    {
      request: { paths: [folder], preparation: preparation[preset] },
      folder: scratch,
      dataFolder: scratch,
      limit: null,
    },
    { openSession, signal: new AbortController().signal, progress: () => {} },
  );
  const ms = performance.now() - began;
  rmSync(scratch, { recursive: true });
  return { ms, examples: stored.detail.examples, peakBytes: peakMemoryBytes() };
}

/** Decodes the pictures of a folder and does nothing else, on all cores: what no pipeline on sharp can go below. */
async function decodeOnly(folder: string): Promise<object> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('.') && /\.(jpg|png)$/.test(name),
  );
  const began = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < files.length) {
      const file = join(folder, files[next++]!);
      await sharp(await readFile(file), { sequentialRead: true })
        .raw()
        .toBuffer();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return { decodingMs: performance.now() - began };
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
    for await (const { inputs, real, first } of batchesOf(dataset)) {
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
const measured = {
  import: () => importFolder(rest[0]!, rest[1] as 'digits'),
  decode: () => decodeOnly(rest[0]!),
  evaluate: () => evaluate(rest[0]!),
}[what as 'import'];
console.log(JSON.stringify(await measured()));
process.exit(0);

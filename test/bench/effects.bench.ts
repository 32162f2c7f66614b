/** What each recipe does to each starter model and to PP-OCR on this CPU: latency, size, closeness, accuracy; prints a Markdown table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuFlags } from 'systeminformation';
import { isaFromFlags } from '../../main/engine/hardware/isa.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { builtInRecipes } from '../../main/engine/passes/recipes.ts';
import { runRecipe } from '../../main/engine/passes/run-recipe.ts';
import { ratioOfTimes, timeByTurns } from '../../main/engine/passes/time-by-turns.ts';
import { systemClock } from '../../main/engine/ports.ts';
import type { Session } from '../../main/engine/ports.ts';
import { openSession } from '../../main/inference/session.ts';
import { effectModels } from './effect-models.ts';
import type { EffectModel } from './effect-models.ts';
import type { BenchFigure } from './figure.ts';
import { latencyText, snrDb } from './model-effect.ts';

/** Pruning has a benchmark of its own; the batch of these models is dynamic. */
const recipes = builtInRecipes.filter(({ name }) => !name.startsWith('prune') && name !== 'dynamic-batch');
/** For each model, over all its variants. */
const timing = { leastRounds: 21, mostRounds: 2_000, durationMs: 12_000 };

interface Variant {
  readonly recipe: string;
  readonly session: Session;
  readonly sizeBytes: number;
  readonly warnings: readonly string[];
}

/** How many `int8-static` variants are slower than their parents without a warning. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-effects-'));
  const isa = isaFromFlags(await cpuFlags());
  console.log(`\n${cpus()[0]?.model ?? 'CPU'} (${isa.join(', ')}), batch 1, one thread, level all\n`);
  console.log('| Model | Recipe | Latency | Size | SNR, dB | Accuracy | Warned |\n|---|---|---|---|---|---|---|');
  let silent = 0;
  try {
    for (const model of await effectModels()) silent += await measureModel(model, isa, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [{ name: 'int8-static slower than float32 without a warning', value: silent, unit: 'models', target: 0, better: 'lower' }];
} // prettier-ignore

async function measureModel(model: EffectModel, isa: readonly string[], folder: string): Promise<number> {
  const source = await readModel(model.path);
  const original = encodeModel(source);
  const parent = await openSession(original, { threads: 1 });
  const variants: Variant[] = [];
  for (const recipe of recipes) {
    try {
      const { model: made, report } = await runRecipe(source, recipe, {
        ...{ openSession, isa, folder, signal: new AbortController().signal, progress: () => {} },
        ...{ calibrationFor: model.calibrationFor, monotonicNs: systemClock.monotonicNs },
      });
      const bytes = encodeModel(made);
      const warnings = report.passes.flatMap((pass) => pass.warnings);
      const session = await openSession(bytes, { threads: 1 });
      variants.push({ recipe: recipe.name, session, sizeBytes: bytes.byteLength, warnings });
    } catch (error) {
      console.log(`| ${model.label} | ${recipe.name} | – | – | – | ${(error as Error).message} | |`);
    }
  }
  // A second session of the original tells what the table's latencies are uncertain by beside their intervals.
  const again = await openSession(original, { threads: 1 });
  const sessions = [parent, again, ...variants.map(({ session }) => session)];
  const [parentMs = [], againMs = [], ...variantMs] = await timeByTurns(
    sessions.map((session) => ({ session, feeds: model.feeds })),
    timing,
  );
  await again.release();
  console.log(
    `| ${model.label} | original | ${latencyText(ratioOfTimes(againMs, parentMs))} | 1 | | ${await model.judge(parent)} | |`,
  );
  let silent = 0;
  for (const [index, variant] of variants.entries()) {
    const times = variantMs[index]!;
    const ratio = ratioOfTimes(times, parentMs);
    const warned = variant.warnings.some((warning) => warning.startsWith('The variant '));
    if (variant.recipe === 'int8-static' && ratio.value !== null && ratio.low > 1 && !warned) silent += 1;
    const snr = await snrDb(parent, variant.session, model.feeds);
    console.log(
      `| ${model.label} | ${variant.recipe} | ${latencyText(ratio)} | ${(variant.sizeBytes / original.byteLength).toFixed(2)} | ${Number.isFinite(snr) ? snr.toFixed(1) : '∞'} | ${await model.judge(variant.session)} | ${warnedOf(variant.warnings)} |`,
    );
    await variant.session.release();
  }
  await parent.release();
  return silent;
}

const topics: readonly [start: string, topic: string][] = [
  ['The variant is slower', 'slower'],
  ['The variant was not found to be faster', 'not faster'],
  ['The outputs are far', 'accuracy'],
  ['Nothing to quantize', 'nothing to do'],
];
const warnedOf = (warnings: readonly string[]): string =>
  topics
    .filter(([start]) => warnings.some((warning) => warning.startsWith(start)))
    .map(([, topic]) => topic)
    .join(', ');

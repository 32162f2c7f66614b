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
import type { Feeds } from '../../main/engine/passes/pass.ts';
import { systemClock } from '../../main/engine/ports.ts';
import type { Session } from '../../main/engine/ports.ts';
import { openSession } from '../../main/inference/session.ts';
import { effectModels } from './effect-models.ts';
import type { EffectModel } from './effect-models.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

/** Pruning has a benchmark of its own; the batch of these models is dynamic. */
const recipes = builtInRecipes.filter(({ name }) => !name.startsWith('prune') && name !== 'dynamic-batch');
/** For each model, over all its variants. */
const timingMs = 8_000;
const leastRounds = 15;
/** Slower is what is so beyond doubt: the lower end of the interval is above. The reports warn earlier, by the median. */
const slowerRatio = 1.03;

interface Variant {
  readonly recipe: string;
  readonly session: Session;
  readonly sizeBytes: number;
  readonly warnings: readonly string[];
  readonly ratios: number[];
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
      variants.push({ recipe: recipe.name, session, sizeBytes: bytes.byteLength, warnings, ratios: [] });
    } catch (error) {
      console.log(`| ${model.label} | ${recipe.name} | – | – | – | ${(error as Error).message} | |`);
    }
  }
  await timeByTurns(parent, variants, model.feeds);
  console.log(`| ${model.label} | original | 1 | 1 | | ${await model.judge(parent)} | |`);
  let silent = 0;
  for (const variant of variants) {
    const ratio = median(variant.ratios);
    const slower = variant.warnings.some((warning) => warning.startsWith('The variant is slower'));
    if (variant.recipe === 'int8-static' && medianInterval(variant.ratios).low > slowerRatio && !slower) silent += 1;
    const snr = await snrDb(parent, variant.session, model.feeds);
    console.log(
      `| ${model.label} | ${variant.recipe} | ${ratio.toFixed(2)} (${intervalText(variant.ratios)}) | ${(variant.sizeBytes / original.byteLength).toFixed(2)} | ${Number.isFinite(snr) ? snr.toFixed(1) : '∞'} | ${await model.judge(variant.session)} | ${warnedOf(variant.warnings)} |`,
    );
    await variant.session.release();
  }
  await parent.release();
  return silent;
}

const topics: readonly [start: string, topic: string][] = [
  ['The variant is slower', 'slower'],
  ['The outputs are far', 'accuracy'],
  ['Nothing to quantize', 'nothing to do'],
];
const warnedOf = (warnings: readonly string[]): string =>
  topics
    .filter(([start]) => warnings.some((warning) => warning.startsWith(start)))
    .map(([, topic]) => topic)
    .join(', ');

/**
 * Each round times the parent right before each variant, so that what disturbs the machine disturbs both, and both right after
 * a run of their own that isn't timed: else the parent, which runs ten times as often, alone finds its weights in the cache.
 */
async function timeByTurns(parent: Session, variants: readonly Variant[], feeds: readonly Feeds[]): Promise<void> {
  const endMs = performance.now() + timingMs;
  for (let round = 0; round < leastRounds || performance.now() < endMs; round += 1) {
    const feed = feeds[round % feeds.length]!;
    for (const { session, ratios } of variants) {
      await parent.run(feed);
      const parentMs = await timedMs(parent, feed);
      await session.run(feed);
      ratios.push((await timedMs(session, feed)) / parentMs);
    }
  }
}

/** 95% interval of a median, from order statistics. Hahn & Meeker 1991, 5.2. */
function medianInterval(values: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const reach = 0.98 * Math.sqrt(sorted.length);
  const low = sorted[Math.max(0, Math.floor(sorted.length / 2 - reach))]!;
  const high = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length / 2 + reach))]!;
  return { low, high };
}

function intervalText(values: readonly number[]): string {
  const { low, high } = medianInterval(values);
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}

async function timedMs(session: Session, feeds: Feeds): Promise<number> {
  const startedMs = performance.now();
  await session.run(feeds);
  return performance.now() - startedMs;
}

/** 20·log10(‖x‖ / ‖x − y‖) over all outputs. */
async function snrDb(parent: Session, variant: Session, feeds: readonly Feeds[]): Promise<number> {
  let signal = 0;
  let noise = 0;
  for (const feed of feeds) {
    const [expected, actual] = [await parent.run(feed), await variant.run(feed)];
    for (const [name, { values }] of Object.entries(expected)) {
      const others = actual[name]!.values;
      for (let at = 0; at < values.length; at += 1) {
        signal += Number(values[at]) ** 2;
        noise += (Number(values[at]) - Number(others[at])) ** 2;
      }
    }
  }
  return 10 * Math.log10(signal / noise);
}

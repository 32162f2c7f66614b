/** Static 8 bits on the starter models by integers of weights and activations: latency beside float32, closeness; prints a Markdown table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuFlags } from 'systeminformation';
import { isaFromFlags } from '../../main/engine/hardware/isa.ts';
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { encodeModel } from '../../main/engine/onnx/write-model.ts';
import { runRecipe } from '../../main/engine/passes/run-recipe.ts';
import { ratioOfTimes, timeByTurns } from '../../main/engine/passes/time-by-turns.ts';
import { systemClock } from '../../main/engine/ports.ts';
import { openSession } from '../../main/inference/session.ts';
import { effectModels } from './effect-models.ts';
import type { EffectModel } from './effect-models.ts';
import type { BenchFigure } from './figure.ts';
import { latencyText, snrDb } from './model-effect.ts';

const choices = {
  auto: {},
  'u8 × s8, 8 bits': { activationType: 'uint8', weightType: 'int8', reduceRange: 'off' },
  'u8 × u8, 8 bits': { activationType: 'uint8', weightType: 'uint8', reduceRange: 'off' },
  's8 × s8, 8 bits': { activationType: 'int8', weightType: 'int8', reduceRange: 'off' },
};
/** For each model, over all its variants. */
const timing = { leastRounds: 21, mostRounds: 2_000, durationMs: 15_000 };

/** What `auto` takes beside the fastest of the other choices. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-choices-'));
  const isa = isaFromFlags(await cpuFlags());
  console.log(`\n${cpus()[0]?.model ?? 'CPU'} (${isa.join(', ')}), batch 1, one thread, level all; latency over float32's, SNR of the logits\n`);
  console.log('| Model | Integers | Latency | SNR, dB |\n|---|---|---|---|');
  try {
    const models = (await effectModels()).filter(({ label }) => label.startsWith('digits'));
    let worst = 0;
    for (const model of models) worst = Math.max(worst, await measureModel(model, isa, folder));
    return [{ name: 'auto beside the fastest other choice, worst model', value: worst, unit: '×', target: 1.1, better: 'lower' }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} // prettier-ignore

async function measureModel(model: EffectModel, isa: readonly string[], folder: string): Promise<number> {
  const source = await readModel(model.path);
  const parent = await openSession(encodeModel(source), { threads: 1 });
  const again = await openSession(encodeModel(source), { threads: 1 });
  const variants = [];
  for (const [name, options] of Object.entries(choices)) {
    const recipe = { name, passes: [{ pass: 'normalize' }, { pass: 'quantize-static', options }] };
    const { model: made } = await runRecipe(source, recipe, {
      ...{ openSession, isa, folder, signal: new AbortController().signal, progress: () => {} },
      ...{ calibrationFor: model.calibrationFor, monotonicNs: systemClock.monotonicNs },
    });
    variants.push({ name, session: await openSession(encodeModel(made), { threads: 1 }) });
  }
  const sessions = [parent, again, ...variants.map(({ session }) => session)];
  const [parentMs = [], againMs = [], ...times] = await timeByTurns(
    sessions.map((session) => ({ session, feeds: model.feeds })),
    timing,
  );
  console.log(`| ${model.label} | float32 again | ${latencyText(ratioOfTimes(againMs, parentMs))} | |`);
  for (const [at, { name, session }] of variants.entries()) {
    const snr = await snrDb(parent, session, model.feeds);
    console.log(
      `| ${model.label} | ${name} | ${latencyText(ratioOfTimes(times[at]!, parentMs))} | ${snr.toFixed(1)} |`,
    );
  }
  for (const session of sessions) await session.release();
  const [auto = NaN, ...others] = times.map((own) => ratioOfTimes(own, parentMs).value ?? NaN);
  return auto / Math.min(...others);
}

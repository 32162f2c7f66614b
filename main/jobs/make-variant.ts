import { join } from 'node:path';
import { readModel } from '../engine/onnx/read-model.ts';
import { writeModel } from '../engine/onnx/write-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import { runRecipe } from '../engine/passes/run-recipe.ts';
import { systemClock } from '../engine/ports.ts';
import type { Jobs } from '../engine/ports.ts';
import type { RecipeReport } from '../../shared/recipe.ts';
import type { JobContext, JobHandler } from './job-handlers.ts';

/** Weights aren't laid out anew, as nothing is run: beyond this level, and with packed weights, it takes twice the memory. */
const loading = {
  threads: 1,
  graphOptimization: 'extended',
  entries: { 'session.disable_prepacking': '1', 'session.use_device_allocator_for_initializers': '1' },
} as const;

/** Runs a recipe on a model and writes the variant into the job's folder; it is given back only if ONNX Runtime loads it. */
export const makeVariantJob: JobHandler<'make-variant'> = async (input, context) => {
  const modelPath = join(input.folder, 'variant.onnx');
  const report = await writeVariant(input, modelPath, context);
  // The weights are done with, and ONNX Runtime takes about as much memory again.
  globalThis.gc?.();
  context.progress(0.97, 'Loading the variant');
  const session = await context.openSession(modelPath, loading);
  await session.release();
  return { report, modelPath };
};

async function writeVariant(
  { modelPath, recipe, dataset, isa, folder }: Jobs['make-variant']['input'],
  variantPath: string,
  { openSession, signal, progress }: JobContext,
): Promise<RecipeReport> {
  progress(0, 'Reading the model');
  const { model, report } = await runRecipe(await readModel(modelPath, { externalData: 'load' }), recipe, {
    ...{ openSession, signal, isa, folder },
    progress: (fraction, message) => progress(fraction === null ? null : 0.9 * fraction, message),
    calibrationFor: dataset === null ? null : (graph) => calibrationSource(dataset, graph),
    monotonicNs: systemClock.monotonicNs,
  });
  progress(0.9, 'Writing the variant');
  await writeModel(model, variantPath);
  return report;
}

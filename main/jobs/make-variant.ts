import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backingFiles } from '../engine/onnx/file-backed.ts';
import { moveToDisk } from '../engine/onnx/move-to-disk.ts';
import { openModelOnDisk } from '../engine/onnx/outline-model.ts';
import { writeModel } from '../engine/onnx/write-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import { runRecipe } from '../engine/passes/run-recipe.ts';
import { systemClock } from '../engine/ports.ts';
import type { Jobs } from '../engine/ports.ts';
import type { RecipeReport } from '../../shared/recipe.ts';
import type { JobContext, JobHandler } from './job-handlers.ts';
import { say } from '../../shared/phrases/phrase.ts';

/** Nothing is run: weights laid out anew for it would take as much memory again. */
const loading = {
  threads: 1,
  entries: { 'session.disable_prepacking': '1', 'session.use_device_allocator_for_initializers': '1' },
} as const;
/** Beyond this size a variant is loaded as it stands: optimizations compute with its weights, and turn all float16 ones to float32. */
const mostOptimizedBytes = 32 * 2 ** 20;

/** Runs a recipe on a model and writes the variant into the job's folder; it is given back only if ONNX Runtime loads it. */
export const makeVariantJob: JobHandler<'make-variant'> = async (input, context) => {
  const modelPath = join(input.folder, 'variant.onnx');
  const report = await writeVariant(input, modelPath, context);
  // The weights are done with, and ONNX Runtime takes about as much memory again.
  globalThis.gc?.();
  context.progress(0.97, say('loadingVariant'));
  const isLarge = report.bytesAfter > mostOptimizedBytes;
  const session = await context.openSession(modelPath, {
    ...loading,
    graphOptimization: isLarge ? 'disabled' : 'extended',
  });
  await session.release();
  return { report, modelPath };
};

async function writeVariant(
  { modelPath, recipe, dataset, isa, folder }: Jobs['make-variant']['input'],
  variantPath: string,
  { openSession, signal, progress }: JobContext,
): Promise<RecipeReport> {
  progress(0, say('readingModel'));
  const files = backingFiles();
  const given = await openModelOnDisk(modelPath);
  let moved = 0;
  try {
    const { model, report } = await runRecipe(given.model, recipe, {
      ...{ openSession, signal, isa, folder },
      progress: (fraction, message) => progress(fraction === null ? null : 0.9 * fraction, message),
      calibrationFor: dataset === null ? null : (graph) => calibrationSource(dataset, graph),
      betweenPasses: async (made) => {
        const onDisk = await moveToDisk(made, join(folder, `values-${(moved += 1)}.data`), files);
        // Once the pass before has returned, nothing holds what it made.
        setImmediate(() => globalThis.gc?.());
        return onDisk;
      },
      monotonicNs: systemClock.monotonicNs,
    });
    progress(0.9, say('writingVariant'));
    await writeModel(model, variantPath);
    return report;
  } finally {
    files.close();
    await given.close();
    for (; moved > 0; moved -= 1) await rm(join(folder, `values-${moved}.data`), { force: true });
  }
}

import { join } from 'node:path';
import { graphOf } from '../engine/graph/graph.ts';
import { readModel } from '../engine/onnx/read-model.ts';
import { writeModel } from '../engine/onnx/write-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import { runRecipe } from '../engine/passes/run-recipe.ts';
import { systemClock } from '../engine/ports.ts';
import type { JobHandler } from './job-handlers.ts';

/** Runs a recipe on a model and writes the variant into the job's folder. */
export const makeVariantJob: JobHandler<'make-variant'> = async (input, { openSession, signal, progress }) => {
  progress(0, 'Reading the model');
  const parent = await readModel(input.modelPath, { externalData: 'load' });
  graphOf(parent);
  const { dataset } = input;
  const { model, report } = await runRecipe(parent, input.recipe, {
    openSession,
    signal,
    progress: (fraction, message) => progress(fraction === null ? null : 0.95 * fraction, message),
    isa: input.isa,
    folder: input.folder,
    calibrationFor: dataset === null ? null : (graph) => calibrationSource(dataset, graph),
    monotonicNs: systemClock.monotonicNs,
  });
  progress(0.95, 'Writing the variant');
  const modelPath = join(input.folder, 'variant.onnx');
  await writeModel(model, modelPath);
  const session = await openSession(modelPath, { threads: 1 });
  await session.release();
  return { report, modelPath };
};

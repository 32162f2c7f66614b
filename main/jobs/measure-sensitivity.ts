import { graphOf } from '../engine/graph/graph.ts';
import { readModel } from '../engine/onnx/read-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import { runRecipe } from '../engine/passes/run-recipe.ts';
import { systemClock } from '../engine/ports.ts';
import { measureSensitivity } from '../engine/search/measure-sensitivity.ts';
import type { JobHandler } from './job-handlers.ts';
import { say } from '../../shared/phrases/phrase.ts';

/** Brings the model into the form that is to be quantized, and ranks its parts. */
export const measureSensitivityJob: JobHandler<'measure-sensitivity'> = async (
  { modelPath, before, dataset, isa, folder },
  { openSession, signal, progress },
) => {
  progress(0, say('readingModel'));
  const { model } = await runRecipe(await readModel(modelPath, { externalData: 'load' }), before, {
    ...{ openSession, signal, isa, folder },
    progress: () => {},
    calibrationFor: (graph) => calibrationSource(dataset, graph),
    monotonicNs: systemClock.monotonicNs,
  });
  const graph = graphOf(model);
  const calibration = await calibrationSource(dataset, graph);
  return measureSensitivity(graph, { openSession, signal, isa, folder, calibration, progress });
};

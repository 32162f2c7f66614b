import { graphOf } from '../engine/graph/graph.ts';
import { readModel } from '../engine/onnx/read-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import { normalize } from '../engine/passes/normalize/normalize.ts';
import { analyzePruning } from '../engine/passes/pruning/analyze-pruning.ts';
import { checkOptions } from '../engine/passes/resolve-recipe.ts';
import type { JobHandler } from './job-handlers.ts';

/** Groups of channels of a model as the pruning recipes see them (after `normalize`), and how sensitive each is. */
export const analyzePruningJob: JobHandler<'analyze-pruning'> = async ({ modelPath, dataset, options }, context) => {
  const shared = { ...context, isa: [], folder: '', calibration: null };
  const given = graphOf(await readModel(modelPath, { externalData: 'load' }));
  const foldScales = options.importance !== 'batch-norm';
  const { graph } = await normalize.apply(given, checkNormalize(foldScales), shared);
  const calibration = dataset === null ? null : await calibrationSource(dataset, graph);
  return analyzePruning(graph, options, { ...context, calibration });
};

const checkNormalize = (foldScales: boolean) =>
  checkOptions(normalize, { foldScales }) as { foldScales: boolean; foldConstants: boolean };

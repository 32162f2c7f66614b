import { driftPlaces } from '../engine/accuracy/layers/added-noise.ts';
import { measureLayerDrift } from '../engine/accuracy/layers/measure-layer-drift.ts';
import type { FedGraph } from '../engine/accuracy/layers/measure-layer-drift.ts';
import { graphOf, subgraphsOf } from '../engine/graph/graph.ts';
import type { Graph } from '../engine/graph/graph.ts';
import { readModel } from '../engine/onnx/read-model.ts';
import { calibrationSource } from '../engine/passes/calibration-source.ts';
import type { DatasetFiles } from '../engine/ports.ts';
import type { JobHandler } from './job-handlers.ts';
import { say } from '../../shared/phrases/phrase.ts';

/** Compares the tensors inside a variant with those inside its parent on the examples that runs are judged on. */
export const measureLayerDriftJob: JobHandler<'measure-layer-drift'> = async (
  { parentPath, variantPath, dataset, examples },
  { openSession, signal, progress },
) => {
  progress(0, say('readingBothModels'));
  const judged: DatasetFiles = { ...dataset, calibration: null };
  const fed = async (path: string): Promise<FedGraph> => {
    const graph = graphOf(await readModel(path, { externalData: 'load' }));
    return { graph, source: await calibrationSource(judged, graph) };
  };
  const parent = await fed(parentPath);
  const measured = await measureLayerDrift(parent, await fed(variantPath), { openSession, signal, progress, examples });
  return { ...measured, ...driftPlaces(measured.layers), notes: notesOn(parent.graph) };
};

function notesOn({ nodes }: Graph): string[] {
  const nested = nodes.filter((node) => subgraphsOf(node).length > 0).length;
  if (nested === 0) return [];
  return [nested === 1 ? say('oneSubgraphNode') : say('subgraphNodes', { nodes: nested })];
}

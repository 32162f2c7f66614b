import { inferShapes } from '../engine/graph/infer-shapes.ts';
import { modelGraph } from '../engine/graph/model-graph.ts';
import { openModelOutline } from '../engine/onnx/outline-model.ts';
import type { JobHandler } from './job-handlers.ts';

/** The main graph of a model for the viewer, with the symbolic shapes that ONNX Runtime infers. */
export const drawModelJob: JobHandler<'draw-model'> = async ({ path }, { openSession }) => {
  const { model, close } = await openModelOutline(path);
  try {
    return modelGraph(model, await inferShapes(model, openSession));
  } finally {
    await close();
  }
};

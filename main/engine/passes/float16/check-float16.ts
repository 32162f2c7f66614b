import { join } from 'node:path';
import type { Graph } from '../../graph/graph.ts';
import { writeModel } from '../../onnx/write-model.ts';
import type { Session, TensorValue } from '../../ports.ts';
import type { PassContext } from '../pass.ts';
import { compareOutputs } from './compare-outputs.ts';
import type { OutputComparison } from './compare-outputs.ts';

/** Runs the original and the converted model on real inputs, one example at a time, and compares their outputs. */
export async function checkFloat16(
  original: Graph,
  converted: Graph,
  limit: number,
  context: PassContext,
): Promise<OutputComparison | null> {
  if (context.calibration === null) return null;
  const open = async (graph: Graph, name: string): Promise<Session> => {
    const path = join(context.folder, `${name}.onnx`);
    await writeModel(graph.model, path);
    return context.openSession(path);
  };
  const before = await open(original, 'float32');
  try {
    const after = await open(converted, 'float16');
    try {
      return await compareOutputs(before, after, context.calibration.feeds({ limit }), asFloat16);
    } finally {
      await after.release();
    }
  } finally {
    await before.release();
  }
}

const asFloat16 = (value: TensorValue, input: Session['inputs'][number]): TensorValue =>
  input.elementType === 'float16' && value.elementType === 'float32'
    ? { ...value, elementType: 'float16', values: Float16Array.from(value.values as Float32Array) }
    : value;

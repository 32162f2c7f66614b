import type { MaybeEstimate } from '../../../../shared/measurement.ts';
import { join } from 'node:path';
import type { Graph } from '../../graph/graph.ts';
import { writeModel } from '../../onnx/write-model.ts';
import type { Session, TensorValue } from '../../ports.ts';
import type { CalibrationSource, Feeds, PassContext } from '../pass.ts';
import { rangeGraph } from '../quantization/calibration-graph.ts';
import { turnsFor } from '../quantization/compare-with-parent.ts';
import { ratioOfTimes, timeByTurns } from '../time-by-turns.ts';
import { compareOutputs } from './compare-outputs.ts';
import type { OutputComparison } from './compare-outputs.ts';

/** From here on a value rounds to infinity in float16. */
const overflow = 65_520;
const timedExamples = 8;

/** What real inputs tell of a conversion. */
export interface Float16Check extends OutputComparison {
  /** Tensors that the original fills with values that float16 can't hold, with the largest magnitude. */
  readonly overflowing: readonly { readonly tensor: string; readonly magnitude: number }[];
  /** Median latency over the original's here (batch 1, one thread); blank without examples. */
  readonly latencyRatio: MaybeEstimate;
}

/**
 * Runs the original and the converted model on real inputs, one example at a time, and compares their outputs. `tensors` are
 * those of the original that became float16; their ranges are looked at too, because ONNX Runtime computes float16 in float32
 * on most CPUs, where nothing overflows. Null without data.
 */
export async function checkFloat16(
  original: Graph,
  converted: Graph,
  tensors: readonly string[],
  limit: number,
  context: PassContext,
): Promise<Float16Check | null> {
  if (context.calibration === null) return null;
  const overflowing = await findOverflow(original, tensors, context.calibration, limit, context);
  const compared = await compare(original, converted, context.calibration, limit, context);
  return { ...compared, overflowing };
}

async function findOverflow(
  original: Graph,
  tensors: readonly string[],
  calibration: CalibrationSource,
  limit: number,
  { openSession, folder }: PassContext,
): Promise<Float16Check['overflowing']> {
  const { graph, lows, highs } = rangeGraph(original, tensors, false);
  const path = join(folder, 'ranges.onnx');
  await writeModel(graph.model, path);
  const session = await openSession(path, { graphOptimization: 'disabled' });
  const largest = new Float64Array(tensors.length);
  try {
    for await (const feed of calibration.feeds({ limit })) {
      const ranges = await session.run(feed);
      for (const name of [lows, highs]) {
        const values = ranges[name]!.values as Float32Array;
        values.forEach((value, index) => {
          const magnitude = Math.abs(value);
          if (Number.isFinite(magnitude)) largest[index] = Math.max(largest[index]!, magnitude);
        });
      }
    }
  } finally {
    await session.release();
  }
  return tensors
    .map((tensor, index) => ({ tensor, magnitude: largest[index]! }))
    .filter(({ magnitude }) => magnitude >= overflow);
}

async function compare(
  original: Graph,
  converted: Graph,
  calibration: CalibrationSource,
  limit: number,
  context: PassContext,
): Promise<Omit<Float16Check, 'overflowing'>> {
  const open = async (graph: Graph, name: string): Promise<Session> => {
    const path = join(context.folder, `${name}.onnx`);
    await writeModel(graph.model, path);
    return context.openSession(path, { threads: 1 });
  };
  const before = await open(original, 'float32');
  try {
    const after = await open(converted, 'float16');
    try {
      const compared = await compareOutputs(before, after, calibration.feeds({ limit }), asFloat16);
      return { ...compared, latencyRatio: await latencyRatio(before, after, calibration, context) };
    } finally {
      await after.release();
    }
  } finally {
    await before.release();
  }
}

async function latencyRatio(
  before: Session,
  after: Session,
  calibration: CalibrationSource,
  context: Pick<PassContext, 'signal' | 'timingMs'>,
): Promise<MaybeEstimate> {
  const examples: Feeds[] = [];
  for await (const feed of calibration.feeds({ batchSize: 1, limit: timedExamples })) examples.push(feed);
  const adapted = examples.map((feed) =>
    Object.fromEntries(after.inputs.map((input) => [input.name, asFloat16(feed[input.name]!, input)])),
  );
  const models = [
    { session: before, feeds: examples },
    { session: after, feeds: adapted },
  ];
  const [beforeMs = [], afterMs = []] = await timeByTurns(models, turnsFor(context));
  return ratioOfTimes(afterMs, beforeMs);
}

const asFloat16 = (value: TensorValue, input: Session['inputs'][number]): TensorValue =>
  input.elementType === 'float16' && value.elementType === 'float32'
    ? { ...value, elementType: 'float16', values: Float16Array.from(value.values as Float32Array) }
    : value;

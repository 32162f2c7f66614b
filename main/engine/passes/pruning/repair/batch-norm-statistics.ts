/** Means and variances of normalizations, measured again. */
import { withChanges } from '../../../graph/graph.ts';
import type { Graph } from '../../../graph/graph.ts';
import { DataType } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { makeTensor } from '../../../onnx/tensor.ts';
import { feedsOf, openAt } from '../open-at.ts';
import type { RepairContext } from './repair-weights.ts';

const batchSize = 10;

/** The graph with a BatchNormalization's statistics as its input now has them on the calibration data; as it was where they are shared or not float32. */
export async function normStatistics(node: NodeProto, graph: Graph, context: RepairContext): Promise<Graph> {
  const [x = '', , , mean = '', variance = ''] = node.input;
  const isOwn = [mean, variance].every(
    (name) => graph.initializers.get(name)?.dataType === DataType.FLOAT && graph.consumersOf(name).length === 1,
  );
  if (!isOwn) return graph;
  const measured = await channelMoments(x, graph, context);
  const initializers = new Map(graph.initializers);
  for (const [name, values] of [
    [mean, measured.means],
    [variance, measured.variances],
  ] as const)
    initializers.set(name, makeTensor(name, DataType.FLOAT, [values.length], values));
  return withChanges(graph, { initializers: initializers.values() });
}

async function channelMoments(
  tensor: string,
  graph: Graph,
  { calibration, openSession, signal }: RepairContext,
): Promise<{ means: Float32Array; variances: Float32Array }> {
  let sums = new Float64Array(0);
  let squares = new Float64Array(0);
  let count = 0;
  const session = await openAt(graph, [tensor], openSession);
  try {
    for await (const feeds of calibration.feeds({ batchSize })) {
      signal.throwIfAborted();
      const { values, shape } = { ...feeds, ...(await session.run(feedsOf(session, feeds))) }[tensor]!;
      const [batch = 1, channels = 1] = shape;
      const inner = shape.slice(2).reduce((product, size) => product * size, 1);
      if (sums.length === 0) [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
      for (let at = 0; at < values.length; at += 1) {
        const channel = Math.floor(at / inner) % channels;
        const value = Number(values[at]);
        sums[channel]! += value;
        squares[channel]! += value * value;
      }
      count += batch * inner;
    }
  } finally {
    await session.release();
  }
  const means = Float32Array.from(sums, (sum) => sum / count);
  const variances = Float32Array.from(squares, (square, channel) =>
    Math.max(0, square / count - (sums[channel]! / count) ** 2),
  );
  return { means, variances };
}

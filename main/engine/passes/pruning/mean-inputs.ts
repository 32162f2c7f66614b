/** How large the inputs of layers are on calibration data, channel by channel. */
import type { Graph } from '../../graph/graph.ts';
import { intAttribute } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import type { TensorValue } from '../../ports.ts';
import type { CalibrationSource, PassContext } from '../pass.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import { feedsOf, openAt } from './open-at.ts';

const batchSize = 10;
const exampleLimit = 200;

interface Reader {
  /** The input axis of a layer's weights. */
  readonly axis: number;
  readonly input: string;
  /** Which axis of the input is read: a channel axis (1) or the last. */
  readonly inputAxis: (rank: number) => number;
}

/** Mean |x| of each input channel, by the axis of the weights that reads it; layers that work on channels apart are left out. */
export async function meanInputs(
  graph: Graph,
  spaces: AxisSpaces,
  {
    calibration,
    openSession,
    signal,
  }: Pick<PassContext, 'openSession' | 'signal'> & { readonly calibration: CalibrationSource },
): Promise<ReadonlyMap<number, Float64Array>> {
  const readers = graph.nodes.flatMap((node) => readerOf(node, graph, spaces));
  const sums = new Map<string, Float64Array>();
  let counted = 0;
  const session = await openAt(
    graph,
    readers.map(({ input }) => input),
    openSession,
  );
  try {
    for await (const feeds of calibration.feeds({ batchSize, limit: exampleLimit })) {
      signal.throwIfAborted();
      const values = { ...feeds, ...(await session.run(feedsOf(session, feeds))) };
      for (const { input, inputAxis } of new Map(readers.map((reader) => [reader.input, reader])).values())
        addMeans(sums, input, values[input]!, inputAxis);
      counted += 1;
    }
  } finally {
    await session.release();
  }
  return new Map(readers.map(({ axis, input }) => [axis, sums.get(input)!.map((sum) => sum / counted)]));
}

function readerOf(node: NodeProto, graph: Graph, spaces: AxisSpaces): Reader[] {
  const [input = '', weight = ''] = node.input;
  const tensor = graph.initializers.get(weight);
  if (node.domain !== '' || tensor === undefined || intAttribute(node, 'group', 1) !== 1) return [];
  const reader = (axis: number, inputAxis: Reader['inputAxis']): Reader[] => {
    const id = spaces.idOf(weight, axis);
    return id === undefined ? [] : [{ axis: id, input, inputAxis }];
  };
  switch (node.opType) {
    case 'Conv':
      return reader(1, () => 1);
    case 'ConvTranspose':
      return reader(0, () => 1);
    case 'Gemm':
      return intAttribute(node, 'transA', 0) === 1 ? [] : reader(intAttribute(node, 'transB', 0), (rank) => rank - 1);
    case 'MatMul':
      return reader(tensorShape(tensor).length - 2, (rank) => rank - 1);
    default:
      return [];
  }
}

function addMeans(
  sums: Map<string, Float64Array>,
  name: string,
  { values, shape }: TensorValue,
  inputAxis: Reader['inputAxis'],
): void {
  const axis = inputAxis(shape.length);
  const size = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const sum = sums.get(name) ?? new Float64Array(size);
  const weight = size / values.length;
  for (let at = 0; at < values.length; at += 1)
    sum[Math.floor(at / inner) % size]! += weight * Math.abs(Number(values[at]));
  sums.set(name, sum);
}

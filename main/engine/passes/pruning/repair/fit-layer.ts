/** Fits one layer of a pruned graph to what the original gave there. */
import type { Graph } from '../../../graph/graph.ts';
import { seededRandom } from '../../../measure/seeded-random.ts';
import type { Session, TensorValue } from '../../../ports.ts';
import type { Feeds } from '../../pass.ts';
import { feedsOf, openAt } from '../open-at.ts';
import type { Removal } from '../slice-graph.ts';
import { createNormalEquations } from './least-squares.ts';
import type { NormalEquations } from './least-squares.ts';
import type { LinearLayer } from './linear-layer.ts';
import type { RepairContext, RepairMode } from './repair-weights.ts';
import type { RowProducts } from './row-products.ts';

const batchSize = 10;
/** Rows for each weight of an output: enough that noise is not fitted. */
const rowsPerInput = 8;
const fewestRows = 2_000;
const ridge = 1e-3;

export interface FitInput {
  readonly layer: LinearLayer;
  /** As it is now, layers before this one repaired. */
  readonly graph: Graph;
  readonly original: Graph;
  readonly removal: Removal;
  readonly mode: RepairMode;
}

export interface Fit {
  readonly matrices: readonly Float64Array[];
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly examples: number;
}

/** The layer's weights and bias that come nearest to the target, one matrix a part. */
export async function fitLayer(
  input: FitInput,
  context: RepairContext & { readonly products: RowProducts },
): Promise<Fit> {
  const { layer, mode } = input;
  const equations = Array.from({ length: layer.parts }, () =>
    createNormalEquations(layer.inputs + 1, layer.outputs, context.products),
  );
  const examples = await gather(equations, input, context);
  const before = equations.map((_, part) => layer.matrix(part));
  const matrices = equations.map((equation, part) =>
    mode === 'bias' ? equation.solveBias(before[part]!) : equation.solve(before[part]!, ridge),
  );
  const mean = (weights: readonly Float64Array[]): number =>
    equations.reduce((sum, equation, part) => sum + equation.error(weights[part]!), 0) / layer.parts;
  return { matrices, errorBefore: mean(before), errorAfter: mean(matrices), examples };
}

/** Where the layer's output goes straight into a sum with what an earlier branch gives, the sum is what is met. */
function joined({
  layer: { node },
  graph,
  original,
}: FitInput): { readonly sum: string; readonly other: string } | null {
  const [output = ''] = node.output;
  const [reader, ...more] = graph.consumersOf(output);
  if (reader?.opType !== 'Add' || more.length > 0 || graph.isOutput(output)) return null;
  const other = reader.input.find((name) => name !== output);
  const producer = other === undefined ? undefined : graph.producerOf(other);
  if (other === undefined || producer === undefined) return null;
  const isEarlier = graph.nodes.indexOf(producer) < graph.nodes.indexOf(node);
  const [sum = ''] = reader.output;
  return isEarlier && original.producerOf(sum)?.opType === 'Add' ? { sum, other } : null;
}

async function gather(
  equations: readonly NormalEquations[],
  input: FitInput,
  { calibration, openSession, signal }: RepairContext,
): Promise<number> {
  const { layer, graph, original, removal } = input;
  const [inputName, outputName] = [layer.node.input[0]!, layer.node.output[0]!];
  const join = joined(input);
  const target = join?.sum ?? outputName;
  const gone = removal.removed(outputName, 1);
  const rowsWanted = Math.max(fewestRows, rowsPerInput * layer.inputs);
  const random = seededRandom(7);
  let examples = 0;
  const source = await openAt(original, [target], openSession);
  try {
    const session = await openAt(graph, join === null ? [inputName] : [inputName, join.other], openSession);
    try {
      for await (const feeds of calibration.feeds({ batchSize })) {
        signal.throwIfAborted();
        const now = await run(session, feeds);
        const wanted = (await run(source, feeds))[target]!;
        const batch = wanted.shape[0] ?? 1;
        const rows = Math.min(layer.rowsOf(wanted.shape), Math.ceil((rowsWanted * batch) / calibration.count));
        const read = { input: now[inputName]!, wanted, other: join === null ? null : now[join.other]!, gone };
        await addRows(equations, layer, read, rows, random);
        examples += batch;
      }
    } finally {
      await session.release();
    }
  } finally {
    await source.release();
  }
  return examples;
}

/** A model input that is asked for comes back as it is. */
async function run(session: Session, feeds: Feeds): Promise<Feeds> {
  return { ...feeds, ...(await session.run(feedsOf(session, feeds))) };
}

interface Read {
  readonly input: TensorValue;
  /** The original's output (or sum), with the channels that went. */
  readonly wanted: TensorValue;
  /** What the other branch now adds, or null. */
  readonly other: TensorValue | null;
  readonly gone: ReadonlySet<number>;
}

async function addRows(
  equations: readonly NormalEquations[],
  layer: LinearLayer,
  { input, wanted, other, gone }: Read,
  rows: number,
  random: () => number,
): Promise<void> {
  const all = layer.rowsOf(wanted.shape);
  const kept = Array.from({ length: wanted.shape[1] ?? 0 }, (_, channel) => channel).filter(
    (channel) => !gone.has(channel),
  );
  // Every row once where all are wanted, else drawn at random.
  const drawn = Int32Array.from({ length: rows }, (_, place) => (rows === all ? place : Math.floor(random() * all)));
  const x = new Float32Array((layer.inputs + 1) * rows);
  x.fill(1, layer.inputs * rows);
  const y = new Float32Array(layer.outputs * rows);
  for (const [part, equation] of equations.entries()) {
    for (let place = 0; place < rows; place += 1) {
      const row = drawn[place]!;
      layer.readInputs(input, wanted.shape, row, part, x, rows, place);
      for (let o = 0; o < layer.outputs; o += 1) {
        const channel = part * layer.outputs + o;
        const already = other === null ? 0 : layer.readOutput(other, row, channel);
        y[o * rows + place] = layer.readOutput(wanted, row, kept[channel]!) - already;
      }
    }
    await equation.add(x, y, rows);
  }
}

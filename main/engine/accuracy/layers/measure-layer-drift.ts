/** Runs a model and its variant on the same inputs with the tensors inside them exposed, and compares those of one name. */
import type { LayerDrift, LayerOutcome } from '../../../../shared/layer-drift.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { Graph } from '../../graph/graph.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import { nodeLabel } from '../../passes/node-report.ts';
import type { CalibrationSource, Feeds, PassContext } from '../../passes/pass.ts';
import { tapGraph } from '../../passes/quantization/calibration-graph.ts';
import type { Session } from '../../ports.ts';
import { createDriftMeter } from '../drift.ts';
import type { DriftMeter } from '../drift.ts';
import { addedNoise } from './added-noise.ts';
import { readingOf, readValues } from './read-tensor.ts';
import type { TensorReading } from './read-tensor.ts';

/** A model with inputs that fit it. */
export interface FedGraph {
  readonly graph: Graph;
  readonly source: CalibrationSource;
}

export interface MeasuredLayers {
  readonly layers: readonly LayerDrift[];
  readonly examples: number;
}

/** Tensors of one inference: more memory than this many need not be had. */
const fetchedAtOnce = 64;
const floats = ['float32', 'float16', 'float64'];

/** A tensor of the parent and how to read it and its counterpart. */
interface Pair {
  readonly tensor: string;
  readonly node: NodeProto;
  readonly parent: TensorReading | null;
  readonly variant: TensorReading | null;
}

/**
 * The tensors of the parent's main graph in topological order, each with how far its counterpart is. Sessions have the options of
 * a cell. Raises `cancelled`, `invalid-dataset`, `invalid-input` where both can't be fed alike.
 */
export async function measureLayerDrift(
  parent: FedGraph,
  variant: FedGraph,
  context: Pick<PassContext, 'openSession' | 'signal' | 'progress'> & { readonly examples: number },
): Promise<MeasuredLayers> {
  const pairs = topologicalOrder(parent.graph.nodes).flatMap((node) =>
    node.opType === 'Constant'
      ? []
      : node.output
          .filter((tensor) => tensor !== '')
          .map((tensor): Pair => ({
            ...{ tensor, node },
            ...{ parent: readingOf(parent.graph, tensor), variant: readingOf(variant.graph, tensor) },
          })),
  );
  const shared = pairs.filter((pair) => pair.parent !== null && pair.variant !== null);
  const meters = new Map<string, DriftMeter>();
  const resized = new Set<string>();
  const sessions: Session[] = [];
  try {
    const open = async ({ graph }: FedGraph, side: 'parent' | 'variant'): Promise<Session> => {
      const tensors = [...new Set(shared.map((pair) => pair[side]!.fetched))];
      const session = await context.openSession(encodeModel(tapGraph(graph, tensors).model), { threads: 1 });
      sessions.push(session);
      return session;
    };
    if (shared.length === 0) return { layers: described(pairs, meters, resized, parent.graph), examples: 0 };
    const [before, after] = [await open(parent, 'parent'), await open(variant, 'variant')];
    const comparable = shared.filter((pair) => isFloat(before, pair.parent!) && isFloat(after, pair.variant!));
    let examples = 0;
    const others = variant.source.feeds({ limit: context.examples })[Symbol.asyncIterator]();
    for await (const feeds of parent.source.feeds({ limit: context.examples })) {
      const next = await others.next();
      if (next.done === true) break;
      refuseOtherBatch(feeds, next.value);
      for (let first = 0; first < comparable.length; first += fetchedAtOnce) {
        if (context.signal.aborted) throw new CrivoError('cancelled', say('layersCancelled'));
        const part = comparable.slice(first, first + fetchedAtOnce);
        const expected = await before.run(feeds, namesOf(part, 'parent'));
        const outcome = await after.run(next.value, namesOf(part, 'variant'));
        for (const pair of part) {
          const x = readValues(expected[pair.parent!.fetched]!.values, pair.parent!);
          const y = readValues(outcome[pair.variant!.fetched]!.values, pair.variant!);
          if (x.length !== y.length) resized.add(pair.tensor);
          else meterOf(meters, pair.tensor).add(x, y, 1, x.length);
        }
      }
      examples += 1;
      context.progress(examples / context.examples, say('comparingLayers', { example: examples }));
    }
    return { layers: described(pairs, meters, resized, parent.graph), examples };
  } finally {
    for (const session of sessions) await session.release();
  }
}

const namesOf = (pairs: readonly Pair[], side: 'parent' | 'variant'): string[] => [
  ...new Set(pairs.map((pair) => pair[side]!.fetched)),
];

function isFloat({ outputs }: Session, { fetched, quantized }: TensorReading): boolean {
  const elementType = outputs.find(({ name }) => name === fetched)?.elementType ?? '';
  return quantized !== null || floats.includes(elementType);
}

function meterOf(meters: Map<string, DriftMeter>, tensor: string): DriftMeter {
  const known = meters.get(tensor);
  if (known !== undefined) return known;
  const meter = createDriftMeter(false);
  meters.set(tensor, meter);
  return meter;
}

function refuseOtherBatch(feeds: Feeds, others: Feeds): void {
  for (const [name, { shape }] of Object.entries(feeds)) {
    const [mine, other] = [shape[0], others[name]?.shape[0]];
    if (other === undefined || mine === other) continue;
    throw new CrivoError('invalid-input', say('otherBatchOfVariant', { mine: String(mine), other }));
  }
}

function described(
  pairs: readonly Pair[],
  meters: ReadonlyMap<string, DriftMeter>,
  resized: ReadonlySet<string>,
  graph: Graph,
): readonly LayerDrift[] {
  const outcomes = new Map(pairs.map((pair) => [pair.tensor, outcomeOf(pair, meters, resized)]));
  const noise = addedNoise(graph, outcomes);
  return pairs.map(({ tensor, node }) => ({
    ...{ tensor, node: nodeLabel(node), operator: node.opType },
    ...{ outcome: outcomes.get(tensor)!, addedNoise: noise.get(tensor) ?? null },
  }));
}

function outcomeOf(
  { tensor, parent, variant }: Pair,
  meters: ReadonlyMap<string, DriftMeter>,
  resized: ReadonlySet<string>,
): LayerOutcome {
  const none = (reason: string): LayerOutcome => ({ kind: 'no counterpart', reason });
  if (resized.has(tensor)) return none(say('tensorResized'));
  const meter = meters.get(tensor);
  if (meter === undefined) {
    if (variant === null) return none(say('tensorGone'));
    return none(parent === null ? say('tensorReordered') : say('tensorNotFloat'));
  }
  const figures = new Map(meter.metrics('').map(({ name, value }) => [name, value]));
  const notFinite = figures.get('not_finite') ?? 0;
  if (notFinite > 0) return { kind: 'not finite', values: notFinite };
  const maxAbsDiff = figures.get('max_abs_diff') ?? Infinity;
  if (maxAbsDiff === 0) return { kind: 'equal' };
  if (Number.isNaN(meter.snrDb())) return none(say('parentNotFinite'));
  return { kind: 'differs', snrDb: meter.snrDb(), cosine: figures.get('cosine') ?? null, maxAbsDiff };
}

import { CrivoError } from '../../../../shared/errors.ts';
import type { Dimension, TensorInfo } from '../../../../shared/model.ts';
import type { NodeReport } from '../../../../shared/recipe.ts';
import { capturedNames, nameGiver, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { inferShapes } from '../../graph/infer-shapes.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorInfoOf, valueInfoOf } from '../../onnx/value-info.ts';
import type { OpenSession } from '../../ports.ts';
import { changed, nodeLabel } from '../node-report.ts';
import type { BatchAxes } from './batch-axes.ts';
import { batchRules } from './batch-rules.ts';
import type { BatchFacts, ComputedSizes, Freed } from './batch-rules.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** A prime larger than the sizes that models have. */
const probe = 1_000_003;

/**
 * Rewrites a graph for any batch. Shapes are inferred with a prime for the batch, up to the nodes that hold a fixed batch; those are freed, and
 * so on to the end. Raises `invalid-model` that names the node where it can't be done.
 */
export async function freeBatch(
  graph: Graph,
  axes: BatchAxes,
  symbol: string,
  openSession: OpenSession,
): Promise<{ graph: Graph; nodes: readonly NodeReport[] }> {
  const fixed = await inferShapes(graph.model, openSession);
  const facts: BatchFacts = { graph, fixed, batchSize: axes.size, probe, giveName: nameGiver(graph) };
  const nodes: NodeReport[] = [];
  const sizes: ComputedSizes[] = [];
  let current = withBatch(graph, axes, probe);
  let waiting = topologicalOrder(current.nodes).filter((node) => node.domain === '' && batchRules.has(node.opType));
  while (waiting.length > 0) {
    const freed = await freeReached(current, waiting, facts, openSession);
    waiting = waiting.filter((node) => !freed.has(node));
    const results = [...freed.values()];
    for (const [node, { reason }] of freed) if (reason !== null) nodes.push(changed(node, reason));
    sizes.push(...results.flatMap(({ computedSizes }) => computedSizes));
    const added = results.flatMap(({ initializers }) => initializers);
    current = withChanges(current, {
      nodes: current.nodes.flatMap((node) => freed.get(node)?.nodes ?? [node]),
      initializers: [...current.initializers.values(), ...added],
    });
  }
  const shapes = await inferOrExplain(current, openSession);
  const outputs = graph.outputs.map((info) => {
    const declared = tensorInfoOf(info);
    return valueInfoOf({ ...declared, shape: symbolic(shapes.get(info.name), declared, symbol) });
  });
  const computed = withComputedSizes(withBatch(current, axes, symbol), sizes);
  return { graph: withChanges(computed, { outputs }), nodes };
}

/** Frees those of the waiting nodes that no other waiting node leads to. */
async function freeReached(
  current: Graph,
  waiting: readonly NodeProto[],
  facts: BatchFacts,
  openSession: OpenSession,
): Promise<ReadonlyMap<NodeProto, Freed>> {
  const reached = withoutDescendants(current, waiting);
  const shapes = await inferOrExplain(reached, openSession);
  const known = new Set([...reached.nodes.flatMap((node) => node.output), ...reached.inputs.map(({ name }) => name)]);
  const isKnown = (name: string): boolean => name === '' || known.has(name) || current.initializers.has(name);
  const freed = new Map<NodeProto, Freed>();
  for (const node of waiting.filter(({ input }) => input.every(isKnown))) {
    const result = batchRules.get(node.opType)!(node, facts, shapes);
    if (result === null)
      throw cantFree(say('mixesBatch', { operator: node.opType, node: nodeLabel(node), size: facts.batchSize }));
    freed.set(node, result);
  }
  return freed;
}

/** Puts the computations in the place of the constants that stood for them. */
function withComputedSizes(graph: Graph, sizes: readonly ComputedSizes[]): Graph {
  const names = new Set(sizes.map(({ name }) => name));
  return withChanges(graph, {
    nodes: topologicalOrder([...sizes.flatMap(({ nodes }) => nodes), ...graph.nodes]),
    initializers: [
      ...[...graph.initializers.values()].filter(({ name }) => !names.has(name)),
      ...sizes.flatMap(({ initializers }) => initializers),
    ],
  });
}

/** The graph with inputs of another batch and without stated shapes inside. */
function withBatch(graph: Graph, { axisOf }: BatchAxes, batch: Dimension): Graph {
  const inputs = graph.inputs.map((info) => {
    const axis = axisOf.get(info.name);
    if (axis === undefined) return info;
    const declared = tensorInfoOf(info);
    return valueInfoOf({ ...declared, shape: declared.shape!.map((size, at) => (at === axis ? batch : size)) });
  });
  return withChanges(graph, { inputs, valueInfo: [] });
}

/** The part of the graph that none of the nodes leads to. */
function withoutDescendants(graph: Graph, roots: readonly NodeProto[]): Graph {
  const left = new Set(roots);
  const unknown = new Set(roots.flatMap((node) => node.output));
  const nodes = topologicalOrder(graph.nodes).filter((node) => {
    if (!left.has(node) && ![...node.input, ...capturedNames(node)].some((name) => unknown.has(name))) return true;
    node.output.forEach((name) => unknown.add(name));
    return false;
  });
  return withChanges(graph, { nodes });
}

async function inferOrExplain(graph: Graph, openSession: OpenSession) {
  // Without nodes there is nothing to open; the inputs are all that is known.
  if (graph.nodes.length === 0) return new Map(graph.inputs.map((info) => [info.name, tensorInfoOf(info)]));
  try {
    return await inferShapes(graph.model, openSession);
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    throw cantFree(error.message.replace(/^ONNX Runtime can't load the model: /, '').replace(/\.$/, ''), error);
  }
}

const cantFree = (reason: string, cause?: CrivoError): CrivoError =>
  new CrivoError('invalid-model', say('batchNotFreed', { reason }), { cause, detail: cause?.detail });

/** The shape with the symbol for the batch; a size that the batch is mixed into is left open. */
function symbolic(inferred: TensorInfo | undefined, declared: TensorInfo, symbol: string): readonly Dimension[] | null {
  const shape = inferred?.shape ?? declared.shape;
  if (inferred?.shape?.length === 0 && declared.shape !== null && declared.shape.length > 0)
    return declared.shape.map(() => null);
  return (
    shape?.map((size) => (size === probe ? symbol : typeof size === 'number' && size % probe === 0 ? null : size)) ??
    null
  );
}

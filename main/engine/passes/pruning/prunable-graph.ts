/** What can be pruned of a model, with the shapes that tell and cost it. */
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { inferShapes } from '../../graph/infer-shapes.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { quantizationOf } from '../../graph/quantization.ts';
import { sensibleShapes } from '../../graph/sensible-shapes.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import { tensorInfoOf } from '../../onnx/value-info.ts';
import type { OpenSession } from '../../ports.ts';
import { nameHint } from '../known-names.ts';
import { nodeLabel } from '../node-report.ts';
import { extractConstants } from '../normalize/extract-constants.ts';
import { channelGroups } from './channel-groups.ts';
import type { ChannelGroups, Unit } from './channel-groups.ts';
import { costWithout } from './prune-cost.ts';
import type { PruneCost } from './prune-cost.ts';
import { removalOf, sliceGraph } from './slice-graph.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface PrunableGraph extends ChannelGroups {
  /** Weights are initializers. */
  readonly graph: Graph;
  readonly costWithout: (units: readonly Unit[]) => PruneCost;
  readonly sliced: (units: readonly Unit[]) => Graph;
}

/** Nodes whose channels all stay, and those that alone may lose some (none named: all may). */
export interface PruningScope {
  readonly protect: readonly string[];
  readonly only: readonly string[];
}

/** Groups of a graph. Raises `invalid-input` where it is quantized, or a node that the scope names isn't there. */
export async function prunableGraph(
  given: Graph,
  { protect, only }: PruningScope,
  openSession: OpenSession,
): Promise<PrunableGraph> {
  refuseQuantized(given);
  refuseUnknownNodes(given, protect, 'noNodeToProtect');
  refuseUnknownNodes(given, only, 'noNodeToPrune');
  const { graph } = extractConstants(given);
  const inputs = graph.inputs.filter(({ name }) => graph.isInput(name)).map(tensorInfoOf);
  // Symbolic shapes for what may change, concrete ones for what it costs.
  const tensors = await inferShapes(graph.model, openSession);
  const concrete = await inferShapes(graph.model, openSession, sensibleShapes(inputs));
  const found = channelGroups(graph, tensors, (node) => protect.includes(nodeLabel(node)));
  const groups = found.groups.filter(
    ({ producers }) => only.length === 0 || producers.some((producer) => only.includes(producer)),
  );
  const shapeOf = shapeLookup(graph, tensors);
  return {
    ...found,
    groups,
    graph,
    costWithout: (units) => costWithout(graph, concrete, removalOf(found.spaces, units)),
    sliced: (units) => sliceGraph(graph, removalOf(found.spaces, units), shapeOf),
  };
}

const shapeLookup = (graph: Graph, tensors: TensorTable) => (tensor: string) => {
  const constant = graph.initializers.get(tensor);
  return constant === undefined ? (tensors.get(tensor)?.shape ?? null) : tensorShape(constant);
};

function refuseQuantized(graph: Graph): void {
  const form = quantizationOf(graph.nodes, (name) => graph.constantOf(name)?.dataType);
  if (form !== null) throw new CrivoError('invalid-input', say('pruneTheOriginal', { form }));
}

function refuseUnknownNodes(graph: Graph, names: readonly string[], phrase: 'noNodeToProtect' | 'noNodeToPrune'): void {
  const known = graph.nodes.map(nodeLabel);
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined)
    throw new CrivoError('invalid-input', say(phrase, { name: missing, hint: nameHint(missing, known) }));
}

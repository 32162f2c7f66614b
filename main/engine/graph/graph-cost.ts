/** Multiply-accumulates of a whole model: of each node at concrete shapes, subgraphs included. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { TensorInfo } from '../../../shared/model.ts';
import { outlineBytes } from '../onnx/check-wire.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  findAttribute,
  intsAttribute,
  intAttribute,
  patch,
} from '../onnx/proto.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../onnx/proto.ts';
import { elementCount, renameTensor, tensorBytes, tensorValues } from '../onnx/tensor.ts';
import { tensorInfoOf, valueInfoOf } from '../onnx/value-info.ts';
import { completeShapes, concreteShapes, hasCountedNodes } from './complete-shapes.ts';
import type { CompletedShapes, ShapeContext } from './complete-shapes.ts';
import { capturedByGraph, nodesOf, subgraphsOf } from './graph.ts';
import { constantsOf, inferShapes } from './infer-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';
import { nodeMacs } from './node-macs.ts';

/** What a graph's nodes cost. */
export interface GraphCost {
  /** For one inference; null where something is unknown. */
  readonly macs: number | null;
  /** By node, those of subgraphs included; null where unknown. In an `If`, the nodes of the branch that is not counted count 0. */
  readonly byNode: ReadonlyMap<NodeProto, number | null>;
  /** False where a run on zeros failed: at these sizes the graph can't run. */
  readonly runs: boolean;
  /** Why something is unknown or what was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** What a graph sees: its own tensors and those of the graphs around it. */
interface Scope {
  readonly model: ModelProto;
  readonly context: ShapeContext;
  readonly tensors: TensorTable;
  readonly constants: ReadonlyMap<string, TensorProto>;
}

/** The cost of a model at the given input shapes, `tensors` being what `inferShapes` told for them. */
export async function modelCost(
  model: ModelProto,
  tensors: TensorTable,
  inputShapes: Readonly<Record<string, readonly number[]>>,
  context: ShapeContext,
): Promise<GraphCost> {
  const graph = model.graph as GraphProto;
  const completed = await completeShapes(model, tensors, inputShapes, context);
  const cost = await graphCost(graph, { model, context, tensors: completed.tensors, constants: constantTable(graph) });
  return withCompleted(cost, completed);
}

const withCompleted = (cost: GraphCost, completed: CompletedShapes): GraphCost => ({
  ...cost,
  runs: completed.runs && cost.runs,
  notes: [...new Set([...completed.notes, ...cost.notes])],
});

const constantTable = (graph: GraphProto): Map<string, TensorProto> =>
  new Map(constantsOf(graph).map(({ name, tensor }) => [name, tensor]));

async function graphCost(graph: GraphProto, scope: Scope): Promise<GraphCost> {
  const byNode = new Map<NodeProto, number | null>();
  const notes = new Set<string>();
  let total: number | null = 0;
  let runs = true;
  for (const node of graph.node) {
    const own = nodeMacs(node, concreteShapes(scope.tensors));
    if (own === null) notes.add(unknownNote(node));
    byNode.set(node, own);
    if (!subgraphsOf(node).some(hasCountedNodes)) continue;
    const inner = await subgraphCost(node, scope);
    for (const [innerNode, macs] of inner.byNode) byNode.set(innerNode, macs);
    for (const note of inner.notes) notes.add(note);
    total = sum(total, inner.macs);
    runs &&= inner.runs;
  }
  for (const node of graph.node) total = sum(total, byNode.get(node) ?? null);
  return { macs: total, byNode, runs, notes: [...notes] };
}

const sum = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left + right;

const unknownNote = (node: NodeProto): string =>
  node.domain === ''
    ? say('macsSizesLate', { operator: node.opType })
    : say('macsNoFormula', { operator: `${node.domain}.${node.opType}` });

const nothing: GraphCost = { macs: 0, byNode: new Map(), runs: true, notes: [] };

function subgraphCost(node: NodeProto, scope: Scope): Promise<GraphCost> | GraphCost {
  switch (node.opType) {
    case 'If':
      return branchCost(node, scope);
    case 'Loop':
      return loopCost(node, scope);
    case 'Scan':
      return scanCost(node, scope);
    default:
      return nothing;
  }
}

/** The dearer branch counts of those that can run at these sizes: which one runs depends on the input. */
async function branchCost(node: NodeProto, scope: Scope): Promise<GraphCost> {
  const branches: (GraphCost & { readonly graph: GraphProto })[] = [];
  for (const name of ['then_branch', 'else_branch']) {
    const graph = findAttribute(node, name)?.g;
    if (graph !== undefined) branches.push({ ...(await bodyCost(graph, scope, () => undefined)), graph });
  }
  const running = branches.filter(({ runs }) => runs);
  const possible = running.length > 0 ? running : branches;
  const [first] = possible;
  if (first === undefined) return nothing;
  const dearer = (a: typeof first, b: typeof first): typeof first =>
    b.macs === null || (a.macs !== null && b.macs > a.macs) ? b : a;
  const counted = possible.reduce(dearer, first);
  const byNode = new Map<NodeProto, number | null>(counted.byNode);
  for (const { graph } of branches) {
    if (graph !== counted.graph) for (const { node: inner } of nodesOf(graph)) byNode.set(inner, 0);
  }
  const notes = new Set(counted.notes);
  if (possible.length < branches.length) notes.add(say('ifBranchImpossible'));
  else if (branches.some(({ macs }) => macs !== counted.macs)) {
    notes.add(say('ifLargerBranch'));
  }
  return { macs: counted.macs, byNode, runs: counted.runs, notes: [...notes] };
}

async function loopCost(node: NodeProto, scope: Scope): Promise<GraphCost> {
  const graph = findAttribute(node, 'body')?.g;
  if (graph === undefined) return nothing;
  const body = await bodyCost(graph, scope, (index) => {
    if (index === 0) return { elementType: 'int64', shape: [] };
    if (index === 1) return { elementType: 'bool', shape: [] };
    return scope.tensors.get(node.input[index] ?? '');
  });
  return repeated(
    body,
    tripCount(node, scope),
    'A Loop runs as often as the input demands; its multiply-accumulates are not counted.',
  );
}

/** The constant number of iterations, or null where it is not constant or a condition may end the loop. */
function tripCount(node: NodeProto, scope: Scope): number | null {
  const count = scope.constants.get(node.input[0] ?? '');
  if (count === undefined || elementCount(count) !== 1 || (node.input[1] ?? '') !== '') return null;
  return Number(tensorValues(count)[0]);
}

async function scanCost(node: NodeProto, scope: Scope): Promise<GraphCost> {
  const graph = findAttribute(node, 'body')?.g;
  if (graph === undefined) return nothing;
  const scanned = intAttribute(node, 'num_scan_inputs', 0);
  const states = node.input.length - scanned;
  const axisOf = (index: number): number => intsAttribute(node, 'scan_input_axes')?.[index - states] ?? 0;
  const body = await bodyCost(graph, scope, (index) => {
    const info = scope.tensors.get(node.input[index] ?? '');
    if (index < states || info === undefined || info.shape === null) return info;
    const axis = (axisOf(index) + info.shape.length) % info.shape.length;
    return { ...info, shape: info.shape.filter((_, at) => at !== axis) };
  });
  const steps = scope.tensors.get(node.input[states] ?? '')?.shape?.at(axisOf(states));
  return repeated(body, typeof steps === 'number' ? steps : null, say('scanUnknown'));
}

function repeated(body: GraphCost, times: number | null, unknown: string): GraphCost {
  if (body.macs === 0) return body;
  const scale = (macs: number | null): number | null =>
    macs === null || times === null ? (macs === 0 ? 0 : null) : macs * times;
  return {
    ...body,
    macs: scale(body.macs),
    byNode: new Map([...body.byNode].map(([node, macs]) => [node, scale(macs)])),
    notes: times === null ? [...body.notes, unknown] : body.notes,
  };
}

/** The cost of one execution of a subgraph: as a model of its own, with what it captures as inputs and constants. */
async function bodyCost(
  graph: GraphProto,
  scope: Scope,
  typeOfInput: (index: number) => Omit<TensorInfo, 'name'> | undefined,
): Promise<GraphCost> {
  if (!hasCountedNodes(graph)) return nothing;
  const standing = standingAlone(graph, scope, typeOfInput);
  const model = patch(ModelProtoSchema, scope.model, { graph: standing });
  const inputs = standing.input.map(tensorInfoOf);
  if (!inputs.every(isConcrete)) return unknownBody;
  const inputShapes = Object.fromEntries(inputs.map(({ name, shape }) => [name, shape as number[]]));
  try {
    const inferred = await inferShapes(model, scope.context.openSession, inputShapes);
    const completed = await completeShapes(model, inferred, inputShapes, scope.context);
    const constants = new Map([...scope.constants, ...constantTable(graph)]);
    const tensors = new Map([...scope.tensors, ...completed.tensors]);
    return withCompleted(await graphCost(graph, { ...scope, tensors, constants }), completed);
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    return unknownBody;
  }
}

const unknownBody: GraphCost = {
  macs: null,
  byNode: new Map(),
  runs: true,
  notes: [say('macsOutsideUnknown')],
};

const isConcrete = ({ elementType, shape }: TensorInfo): boolean =>
  elementType !== 'unknown' && shape?.every((size) => typeof size === 'number') === true;

/** The subgraph with what it captures as inputs, small constants as initializers. */
function standingAlone(
  graph: GraphProto,
  scope: Scope,
  typeOfInput: (index: number) => Omit<TensorInfo, 'name'> | undefined,
): GraphProto {
  const captured = [...capturedByGraph(graph)];
  // Larger constants of outer graphs come into a subgraph by their shape only.
  const small = captured.flatMap((name) => {
    const constant = scope.constants.get(name);
    return constant !== undefined && tensorBytes(constant) <= outlineBytes ? [renameTensor(constant, name)] : [];
  });
  const smallNames = new Set(small.map(({ name }) => name));
  const standIns = captured.flatMap((name) => {
    const info = scope.tensors.get(name);
    return smallNames.has(name) || info === undefined ? [] : [valueInfoOf(info)];
  });
  const inputs = graph.input.map((info, index) => {
    const known = typeOfInput(index);
    return isConcrete(tensorInfoOf(info)) || known === undefined ? info : valueInfoOf({ ...known, name: info.name });
  });
  return patch(GraphProtoSchema, graph, {
    input: [...inputs, ...standIns],
    initializer: [...graph.initializer, ...small],
  });
}

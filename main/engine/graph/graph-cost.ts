/** Multiply-accumulates of a whole model: of each node at concrete shapes, subgraphs included. */
import { CrivoError } from '../../../shared/errors.ts';
import type { TensorInfo } from '../../../shared/model.ts';
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
import type { OpenSession } from '../ports.ts';
import { capturedByGraph } from './graph.ts';
import { constantsOf, inferShapes } from './infer-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';
import { nodeMacs } from './node-macs.ts';
import type { ShapeOf } from './node-macs.ts';

/** What a graph's nodes cost. */
export interface GraphCost {
  /** For one inference; null where something is unknown. */
  readonly macs: number | null;
  /** By node, those of subgraphs included; null where unknown. In an `If`, the nodes of the cheaper branch count 0. */
  readonly byNode: ReadonlyMap<NodeProto, number | null>;
  /** Why something is unknown or what was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** What a graph sees: its own tensors and those of the graphs around it. */
interface Scope {
  readonly model: ModelProto;
  readonly openSession: OpenSession;
  readonly tensors: TensorTable;
  readonly constants: ReadonlyMap<string, TensorProto>;
}

/** Larger constants of outer graphs come into a subgraph by their shape only. */
const smallBytes = 16_384;

/** The cost of the model's main graph with the shapes in `tensors` (from `inferShapes`). */
export function modelCost(model: ModelProto, tensors: TensorTable, openSession: OpenSession): Promise<GraphCost> {
  const graph = model.graph as GraphProto;
  return graphCost(graph, { model, openSession, tensors, constants: constantTable(graph) });
}

/** Nodes of a graph whose own multiply-accumulates are unknown with these shapes, subgraphs left aside. */
export const nodesOfUnknownCost = (graph: GraphProto, tensors: TensorTable): NodeProto[] =>
  graph.node.filter((node) => nodeMacs(node, concreteShapes(tensors)) === null);

const constantTable = (graph: GraphProto): Map<string, TensorProto> =>
  new Map(constantsOf(graph).map(({ name, tensor }) => [name, tensor]));

/** Shapes that are known to the last dimension. */
const concreteShapes =
  (tensors: TensorTable): ShapeOf =>
  (name) => {
    const shape = tensors.get(name)?.shape;
    return shape?.every((size) => typeof size === 'number') === true ? (shape as readonly number[]) : undefined;
  };

async function graphCost(graph: GraphProto, scope: Scope): Promise<GraphCost> {
  const byNode = new Map<NodeProto, number | null>();
  const notes = new Set<string>();
  let total: number | null = 0;
  for (const node of graph.node) {
    const own = nodeMacs(node, concreteShapes(scope.tensors));
    if (own === null) notes.add(unknownNote(node));
    byNode.set(node, own);
    const inner = await subgraphCost(node, scope);
    for (const [innerNode, macs] of inner.byNode) byNode.set(innerNode, macs);
    for (const note of inner.notes) notes.add(note);
    total = sum(sum(total, own), inner.macs);
  }
  return { macs: total, byNode, notes: [...notes] };
}

const sum = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? null : left + right;

const unknownNote = (node: NodeProto): string =>
  node.domain === ''
    ? `Multiply-accumulates are not counted: sizes at a ${node.opType} are known only while the model runs.`
    : `Multiply-accumulates are not counted: there is no formula for ${node.domain}.${node.opType} or its sizes are unknown.`;

const nothing: GraphCost = { macs: 0, byNode: new Map(), notes: [] };

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

/** The dearer branch counts: which one runs depends on the input. */
async function branchCost(node: NodeProto, scope: Scope): Promise<GraphCost> {
  const branches: GraphCost[] = [];
  for (const name of ['then_branch', 'else_branch']) {
    const graph = findAttribute(node, name)?.g;
    if (graph !== undefined) branches.push(await bodyCost(graph, scope, () => undefined));
  }
  const unknown = branches.find(({ macs }) => macs === null);
  const dearest =
    unknown ?? branches.reduce((a, b) => (Number(b.macs) > Number(a.macs) ? b : a), branches[0] ?? nothing);
  const byNode = new Map<NodeProto, number | null>();
  for (const branch of branches) {
    for (const [inner, macs] of branch.byNode) byNode.set(inner, branch === dearest || macs === null ? macs : 0);
  }
  const differ = branches.some(({ macs }) => macs !== dearest.macs);
  const notes =
    differ && dearest.macs !== null ? ['Of each If, the branch with more multiply-accumulates is counted.'] : [];
  return { macs: dearest.macs, byNode, notes: [...notes, ...branches.flatMap((branch) => branch.notes)] };
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
    if (index < states || info?.shape == null) return info;
    const axis = (axisOf(index) + info.shape.length) % info.shape.length;
    return { ...info, shape: info.shape.filter((_, at) => at !== axis) };
  });
  const steps = scope.tensors.get(node.input[states] ?? '')?.shape?.at(axisOf(states));
  return repeated(
    body,
    typeof steps === 'number' ? steps : null,
    'A Scan runs over a length that is not known; its multiply-accumulates are not counted.',
  );
}

function repeated(body: GraphCost, times: number | null, unknown: string): GraphCost {
  if (body.macs === 0) return body;
  const scale = (macs: number | null): number | null =>
    macs === null || times === null ? (macs === 0 ? 0 : null) : macs * times;
  return {
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
  if (graph.node.length === 0) return nothing;
  const captured = [...capturedByGraph(graph)];
  const isSmallConstant = (name: string): boolean => {
    const constant = scope.constants.get(name);
    return constant !== undefined && tensorBytes(constant) <= smallBytes;
  };
  const inputs = graph.input.map((info, index) => {
    const declared = tensorInfoOf(info);
    const known = typeOfInput(index);
    return declared.shape?.every((size) => typeof size === 'number') === true || known === undefined
      ? info
      : valueInfoOf({ ...known, name: info.name });
  });
  const standIns = captured
    .filter((name) => !isSmallConstant(name))
    .flatMap((name) => {
      const info = scope.tensors.get(name);
      return info === undefined ? [] : [valueInfoOf(info)];
    });
  const initializer = captured.filter(isSmallConstant).map((name) => renameTensor(scope.constants.get(name)!, name));
  const standing = patch(GraphProtoSchema, graph, {
    input: [...inputs, ...standIns],
    initializer: [...graph.initializer, ...initializer],
  });
  let tensors: TensorTable;
  try {
    tensors = await inferShapes(patch(ModelProtoSchema, scope.model, { graph: standing }), scope.openSession);
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    return {
      macs: null,
      byNode: new Map(),
      notes: ['Multiply-accumulates are not counted: a subgraph has inputs of unknown type.'],
    };
  }
  const constants = new Map([...scope.constants, ...constantTable(graph)]);
  return graphCost(graph, { ...scope, tensors: new Map([...scope.tensors, ...tensors]), constants });
}

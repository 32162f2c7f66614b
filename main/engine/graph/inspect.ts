/** What reading a model file tells. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { ModelInspection, OperatorCount, TensorInfo } from '../../../shared/model.ts';
import { externalLocations, isExternal } from '../onnx/external-data.ts';
import type { GraphProto, ModelProto, NodeProto } from '../onnx/proto.ts';
import { openModelOutline } from '../onnx/outline-model.ts';
import type { ModelOutline } from '../onnx/outline-model.ts';
import { elementCount, elementTypeName, tensorBytes, tensorShape } from '../onnx/tensor.ts';
import { tensorsOf } from '../onnx/tensors-of.ts';
import type { PlacedTensor } from '../onnx/tensors-of.ts';
import { tensorInfoOf } from '../onnx/value-info.ts';
import type { OpenSession } from '../ports.ts';
import { explainLoadError } from './explain-load-error.ts';
import { modelCost } from './graph-cost.ts';
import type { GraphCost } from './graph-cost.ts';
import { nodesOf } from './graph.ts';
import type { NestedNode } from './graph.ts';
import { inferShapes } from './infer-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';
import { isCounted } from './node-macs.ts';
import { packedWeights, quantizationConstants, quantizationOf } from './quantization.ts';
import { checkRuntimeSupport } from './runtime-support.ts';
import { sensibleShapes } from './sensible-shapes.ts';

/** How many of the largest tensors are told. */
const largestCount = 20;

export interface InspectOptions {
  readonly openSession: OpenSession;
  readonly progress?: (fraction: number | null, message: string) => void;
  /** Whether it may be run on zeros where sizes depend on data. Default true. */
  readonly mayRun?: boolean;
}

/**
 * Inspects a model file. Dynamic sizes are those of `sensibleShapes`. Raises `invalid-model` where the file can't be
 * read or ONNX Runtime can't load it.
 */
export async function inspectModel(path: string, options: InspectOptions): Promise<ModelInspection> {
  options.progress?.(0, say('readingFile'));
  const outline = await openModelOutline(path);
  try {
    return await inspectOutline(outline, path, options);
  } finally {
    await outline.close();
  }
}

async function inspectOutline(
  { model, loadValues, offsetOf }: ModelOutline,
  path: string,
  { openSession, progress = () => {}, mayRun = true }: InspectOptions,
): Promise<ModelInspection> {
  checkRuntimeSupport(model, path);
  const graph = model.graph as GraphProto;
  const nodes = [
    ...nodesOf(graph),
    ...model.functions.flatMap((body) => body.node.map((node) => ({ node, depth: 1 }))),
  ];
  const tensors = [...tensorsOf(model)];
  progress(0.3, say('askingShapes'));
  const inputs = inputsOf(graph);
  const macsShapes = sensibleShapes(inputs);
  const table = await inferShapesOrExplain(model, path, macsShapes, openSession);
  progress(0.7, say('countingMacs'));
  const cost = await modelCost(model, table, macsShapes, {
    ...{ openSession, modelPath: path, mayRun, loadValues, offsetOf },
  });
  const dataFiles = externalLocations(model);
  return {
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    opsets: model.opsetImport.map(({ domain, version }) => ({ domain, version: Number(version) })),
    inputs,
    outputs: graph.output.map((info) => withInferredShape(tensorInfoOf(info), table)),
    operators: operatorCounts(nodes, cost),
    nodeCount: nodes.length,
    ...weightFacts(
      tensors,
      nodes.map(({ node }) => node),
    ),
    ...(dataFiles.length === 0 ? {} : { dataFiles }),
    macs: cost.macs,
    macsShapes,
    notes: cost.notes,
  };
}

/** Inputs that a caller must give: those without a default. */
function inputsOf(graph: GraphProto): TensorInfo[] {
  const defaults = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.filter(({ name }) => !defaults.has(name)).map(tensorInfoOf);
}

/** The declared shape, or what ONNX Runtime says of an output that declares none. */
function withInferredShape(declared: TensorInfo, table: TensorTable): TensorInfo {
  const inferred = table.get(declared.name);
  if (declared.elementType !== 'unknown' || inferred === undefined) return declared;
  return { ...declared, elementType: inferred.elementType };
}

/** Where ONNX Runtime refuses the graph without weights, the file itself is opened: its refusal is the true reason. */
async function inferShapesOrExplain(
  model: ModelProto,
  path: string,
  inputShapes: Readonly<Record<string, readonly number[]>>,
  openSession: OpenSession,
): Promise<TensorTable> {
  try {
    return await inferShapes(model, openSession, inputShapes);
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    await openWhole(path, openSession);
    return new Map();
  }
}

function operatorCounts(nodes: readonly NestedNode[], cost: GraphCost): OperatorCount[] {
  const counts = new Map<string, { -readonly [Key in keyof OperatorCount]: OperatorCount[Key] }>();
  for (const { node, depth } of nodes) {
    const domain = node.domain === 'ai.onnx' ? '' : node.domain;
    const key = `${domain}\0${node.opType}`;
    const count = counts.get(key) ?? { domain, operator: node.opType, count: 0, macs: 0, inSubgraphs: 0 };
    const macs = cost.byNode.has(node) ? cost.byNode.get(node)! : isCounted(node) ? null : 0;
    count.count += 1;
    count.macs = count.macs === null || macs === null ? null : count.macs + macs;
    if (depth > 0) count.inSubgraphs += 1;
    counts.set(key, count);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.operator.localeCompare(b.operator));
}

type WeightFacts = Pick<
  ModelInspection,
  'parameterCount' | 'bytesByElementType' | 'largestTensors' | 'quantization' | 'externalDataBytes'
>;

/** Facts of the constant tensors. */
function weightFacts(tensors: readonly PlacedTensor[], nodes: readonly NodeProto[]): WeightFacts {
  const bytesByElementType: Record<string, number> = {};
  const types = new Map<string, number>();
  const scales = quantizationConstants(nodes);
  const packed = packedWeights(nodes);
  let parameterCount = 0;
  let externalDataBytes = 0;
  for (const { tensor, label, place } of tensors) {
    const sizeBytes = tensorBytes(tensor);
    const type = elementTypeName(tensor.dataType);
    bytesByElementType[type] = (bytesByElementType[type] ?? 0) + sizeBytes;
    types.set(label, tensor.dataType);
    if (isExternal(tensor)) externalDataBytes += sizeBytes;
    const isParameter = !/^(int64|bool|string|unknown)$/.test(type) && !scales.has(label);
    const count = elementCount(tensor);
    if (isParameter && (place === 'initializer' || count > 1)) parameterCount += packed.get(label) ?? count;
  }
  const largestTensors = tensors
    .map(({ tensor, label }) => ({
      name: label,
      elementType: elementTypeName(tensor.dataType),
      shape: tensorShape(tensor),
      sizeBytes: tensorBytes(tensor),
    }))
    .sort((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, largestCount);
  const quantization = quantizationOf(nodes, (name) => types.get(name));
  return { parameterCount, bytesByElementType, largestTensors, quantization, externalDataBytes };
}

/** Opens the file as it is, once. Raises `invalid-model` with the reason in one sentence. */
async function openWhole(path: string, openSession: OpenSession): Promise<void> {
  try {
    const session = await openSession(path, { graphOptimization: 'disabled', threads: 1 });
    await session.release();
  } catch (error) {
    throw error instanceof CrivoError ? explainLoadError(error, path) : error;
  }
}

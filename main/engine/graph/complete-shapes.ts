/** Shapes that inference leaves open because data decides them: found by running the graph once on zeros. */
import { basename } from 'node:path';
import type { GraphProto, ModelProto } from '../onnx/proto.ts';
import { tensorBytes } from '../onnx/tensor.ts';
import { tensorsOf } from '../onnx/tensors-of.ts';
import { tensorInfoOf } from '../onnx/value-info.ts';
import type { OpenSession } from '../ports.ts';
import { capturedNames, subgraphsOf } from './graph.ts';
import { constantsOf } from './infer-shapes.ts';
import type { TensorTable } from './infer-shapes.ts';
import { isCounted, nodeMacs } from './node-macs.ts';
import type { ShapeOf } from './node-macs.ts';
import { isLarge, referToFile } from './refer-to-file.ts';
import type { OffsetOf } from './refer-to-file.ts';
import { shapesByRunning } from './run-shapes.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Heavier graphs are not run for the sake of their shapes. */
const mostBytesToRun = 1e9;

/** Where and how graphs are run. */
export interface ShapeContext {
  readonly openSession: OpenSession;
  /** The model file, beside which external data stands. */
  readonly modelPath: string;
  /** Whether a graph may be run for its shapes. */
  readonly mayRun: boolean;
  /** Brings the model's weights into memory; called before a run where they can't be read from the file. */
  readonly loadValues: () => void;
  readonly offsetOf: OffsetOf;
}

export interface CompletedShapes {
  readonly tensors: TensorTable;
  /** False where a run on zeros failed. */
  readonly runs: boolean;
  readonly notes: readonly string[];
}

/** Shapes that are known to the last dimension. */
export const concreteShapes =
  (tensors: TensorTable): ShapeOf =>
  (name) => {
    const shape = tensors.get(name)?.shape;
    return shape?.every((size) => typeof size === 'number') === true ? (shape as readonly number[]) : undefined;
  };

/** Whether a node of the graph or of its subgraphs is one whose multiply-accumulates count. */
export const hasCountedNodes = (graph: GraphProto): boolean =>
  graph.node.some((node) => isCounted(node) || subgraphsOf(node).some(hasCountedNodes));

/** The table with the shapes that counting multiply-accumulates needs, as one run on zeros shows those that are open. */
export async function completeShapes(
  model: ModelProto,
  tensors: TensorTable,
  inputShapes: Readonly<Record<string, readonly number[]>>,
  { openSession, modelPath, mayRun, loadValues, offsetOf }: ShapeContext,
): Promise<CompletedShapes> {
  const wanted = openTensors(model.graph as GraphProto, tensors);
  if (wanted.length === 0) return { tensors, runs: true, notes: [] };
  const sizeBytes = [...tensorsOf(model)].reduce((sum, { tensor }) => sum + tensorBytes(tensor), 0);
  const open = new Map([...tensors, ...wanted.map((name) => [name, withoutShape(name, tensors)] as const)]);
  if (!mayRun) return { tensors: open, runs: true, notes: [say('sizesNotRun')] };
  if (sizeBytes > mostBytesToRun) {
    return {
      tensors: open,
      runs: true,
      notes: [say('sizesTooLarge')],
    };
  }
  try {
    const light = referToFile(model, basename(modelPath), offsetOf);
    if ([...tensorsOf(light)].some(({ tensor }) => isLarge(tensor) && offsetOf(tensor.rawData) !== null)) loadValues();
    const found = await shapesByRunning(light, modelPath, wanted, tensors, inputShapes, openSession);
    return {
      tensors: new Map([...tensors, ...found]),
      runs: true,
      notes: [say('sizesByRunning')],
    };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
    return { tensors: open, runs: false, notes: [say('sizesRunFailed', { reason })] };
  }
}

const withoutShape = (name: string, tensors: TensorTable) => ({
  name,
  elementType: tensors.get(name)?.elementType ?? 'unknown',
  shape: null,
});

/** Tensors that counting needs and whose shape is open, in the main graph. */
function openTensors(graph: GraphProto, tensors: TensorTable): string[] {
  const shapeOf = concreteShapes(tensors);
  const needed = new Set<string>();
  for (const node of graph.node) {
    if (isCounted(node) && nodeMacs(node, shapeOf) === null)
      for (const name of [...node.input, ...node.output]) needed.add(name);
    if (!subgraphsOf(node).some(hasCountedNodes)) continue;
    for (const name of [...node.input, ...capturedNames(node)]) needed.add(name);
  }
  const exact = exactNames(graph);
  const produced = new Set(graph.node.flatMap((node) => node.output));
  return [...needed].filter((name) => {
    const shape = shapeOf(name);
    return name !== '' && produced.has(name) && !exact.has(name) && (shape === undefined || shape.length === 0);
  });
}

/** Tensors of which an empty shape says that they are scalars. */
const exactNames = (graph: GraphProto): Set<string> =>
  new Set([
    ...constantsOf(graph).map(({ name }) => name),
    ...graph.input.filter((info) => tensorInfoOf(info).shape !== null).map(({ name }) => name),
  ]);

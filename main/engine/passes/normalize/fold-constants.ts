/*
 *   constant ──► Op ──► Op ──► x        becomes        x (initializer)
 *
 * Evaluated by ONNX Runtime itself, with its optimizer off, on a model of just these nodes: the values are those that
 * inference would compute, and every operator it knows is folded alike.
 */
import type { NodeReport } from '../../../../shared/recipe.ts';
import { formatBytes } from '../../../../shared/units.ts';
import { subgraphsOf, withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';
import { DataType, intAttribute } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { dataTypeNamed, makeTensor, tensorBytes } from '../../onnx/tensor.ts';
import type { OpenSession } from '../../ports.ts';
import { changed, leftAlone } from '../node-report.ts';
import { partOf } from '../part-of-model.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** These draw numbers, or hold weights quantized on purpose. */
const neverFolded = new Set([
  'RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Multinomial', 'Bernoulli', 'Dropout',
  'DequantizeLinear', 'QuantizeLinear', 'DynamicQuantizeLinear',
]); // prettier-ignore
/** Types that come back from a session as they are in the file. */
const readable: ReadonlySet<number> = new Set([
  DataType.FLOAT, DataType.UINT8, DataType.INT8, DataType.UINT16, DataType.INT16, DataType.INT32, DataType.INT64, DataType.BOOL,
  DataType.FLOAT16, DataType.DOUBLE, DataType.UINT32, DataType.UINT64,
]); // prettier-ignore
/** Results up to this size are always stored; larger ones only when what they replace is no smaller. */
const smallBytes = 65_536;

/** Replaces nodes whose inputs are all constant by their results, but for those that would make the file larger. Counts nodes. */
export async function foldConstants(graph: Graph, openSession: OpenSession): Promise<StepResult> {
  const candidates = foldableNodes(graph);
  if (candidates.length === 0) return { graph, nodes: [], count: 0 };
  const results = await evaluate(graph, candidates, openSession);
  const nodes: NodeReport[] = [];
  const refused = new Set<string>();
  const folded = new Set<NodeProto>();
  for (const node of candidates) {
    const outBytes = sumBytes(node.output, results);
    const grows = outBytes > sumBytes(node.input, new Map([...graph.initializers, ...results]));
    if (outBytes > smallBytes && (grows || node.input.some((name) => refused.has(name)))) {
      node.output.forEach((name) => refused.add(name));
      nodes.push(leftAlone(node, say('resultTooLarge', { size: formatBytes(outBytes) })));
    } else {
      folded.add(node);
      nodes.push(changed(node, say('becameConstant')));
    }
  }
  const kept = graph.nodes.filter((node) => !folded.has(node));
  const added = [...folded].flatMap((node) => node.output.flatMap((name) => results.get(name) ?? []));
  return {
    graph: withChanges(graph, { nodes: kept, initializers: [...graph.initializers.values(), ...added] }),
    nodes,
    count: folded.size,
  };
}

const sumBytes = (names: readonly string[], tensors: ReadonlyMap<string, TensorProto>): number =>
  names.reduce((total, name) => total + (tensors.has(name) ? tensorBytes(tensors.get(name)!) : 0), 0);

/** In topological order. */
function foldableNodes(graph: Graph): NodeProto[] {
  const constant = new Set<string>();
  const isConstant = (name: string): boolean => {
    if (name === '' || constant.has(name)) return true;
    const tensor = graph.initializers.get(name);
    return tensor !== undefined && graph.constantOf(name) === tensor && readable.has(tensor.dataType ?? 0);
  };
  return topologicalOrder(graph.nodes).filter((node) => {
    if (node.domain !== '' || node.input.length === 0 || neverFolded.has(node.opType) || subgraphsOf(node).length > 0)
      return false;
    if (node.opType === 'Cast' && !readable.has(intAttribute(node, 'to', 0))) return false;
    if (node.output.some((name) => graph.isOutput(name)) || !node.input.every(isConstant)) return false;
    node.output.forEach((name) => constant.add(name));
    return true;
  });
}

async function evaluate(
  graph: Graph,
  nodes: readonly NodeProto[],
  openSession: OpenSession,
): Promise<Map<string, TensorProto>> {
  const outputs = nodes.flatMap((node) => node.output.filter((name) => name !== ''));
  const session = await openSession(partOf(graph, { nodes, inputs: [], outputs }), {
    graphOptimization: 'disabled',
    threads: 1,
  });
  try {
    const values = await session.run({}, outputs);
    return new Map(
      outputs.map((name) => {
        const { elementType, shape, values: array } = values[name]!;
        return [name, makeTensor(name, dataTypeNamed(elementType), shape, array)];
      }),
    );
  } finally {
    await session.release();
  }
}

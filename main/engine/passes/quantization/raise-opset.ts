/**
 * Brings a model from opset 9 or 10 to 11, the first with every integer operator. What changed meanwhile: Slice, TopK, Clip and
 * Pad read inputs instead of attributes, Upsample became Resize, Scatter became ScatterElements (onnx/docs/Changelog.md).
 */
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { nameGiver, opsetVersion, subgraphsOf, withChanges } from '../../graph/graph.ts';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  NodeProtoSchema,
  findAttribute,
  floatAttribute,
  intAttribute,
  intsAttribute,
  makeAttribute,
  patch,
  stringAttribute,
} from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { floatTensor, int64Tensor, tensorValues } from '../../onnx/tensor.ts';
import { nodeLabel } from '../node-report.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

const wanted = 11;
const oldest = 9;

/** The graph at opset 11 or newer. Raises `invalid-model` below opset 9, and where a node can't be brought over. */
export function raiseOpset(graph: Graph): Graph {
  const opset = opsetVersion(graph.model);
  if (opset >= wanted) return graph;
  if (opset < oldest) {
    throw new CrivoError('invalid-model', say('modelOpsetTooOld', { opset, oldest }));
  }
  const nameOf = nameGiver(graph);
  const constants: TensorProto[] = [];
  const change: Change = {
    graph,
    opset,
    constant: (node, label, make) => {
      const name = nameOf(`${node.output[0] ?? node.opType}_${label}`);
      constants.push(make(name));
      return name;
    },
  };
  const nodes = graph.nodes.map((node) => raiseNode(node, change));
  const initializers = [...graph.initializers.values(), ...constants];
  return withChanges(graph, { nodes, initializers, opsets: { '': wanted, 'ai.onnx': wanted } });
}

interface Change {
  readonly graph: Graph;
  readonly opset: number;
  /** A new initializer of the main graph, which subgraphs can read too. */
  readonly constant: (node: NodeProto, label: string, make: (name: string) => TensorProto) => string;
}

function raiseNode(node: NodeProto, change: Change): NodeProto {
  const outer = subgraphsOf(node).length === 0 ? node : raiseSubgraphs(node, change);
  if (node.domain !== '' && node.domain !== 'ai.onnx') return outer;
  switch (node.opType) {
    case 'Slice':
      return change.opset >= 10 ? outer : raiseSlice(outer, change);
    case 'TopK':
      return change.opset >= 10 ? outer : raiseTopK(outer, change);
    case 'Clip':
      return raiseClip(outer, change);
    case 'Pad':
      return raisePad(outer, change);
    case 'Upsample':
    case 'Resize':
      return raiseResize(outer, change);
    case 'Scatter':
      return patch(NodeProtoSchema, outer, { opType: 'ScatterElements' });
    default:
      return outer;
  }
}

function raiseSubgraphs(node: NodeProto, change: Change): NodeProto {
  const raised = (graph: ReturnType<typeof subgraphsOf>[number]) =>
    patch(GraphProtoSchema, graph, { node: graph.node.map((inner) => raiseNode(inner, change)) });
  const attribute = node.attribute.map((one) =>
    one.g === undefined && one.graphs.length === 0
      ? one
      : patch(AttributeProtoSchema, one, {
          ...(one.g === undefined ? {} : { g: raised(one.g) }),
          graphs: one.graphs.map(raised),
        }),
  );
  return patch(NodeProtoSchema, node, { attribute });
}

/** The node with some attributes turned into inputs. */
const rewritten = (node: NodeProto, dropped: readonly string[], input: readonly string[]): NodeProto =>
  patch(NodeProtoSchema, node, {
    input: [...input],
    attribute: node.attribute.filter(({ name }) => !dropped.includes(name)),
  });

const integers = (node: NodeProto, change: Change, attribute: string): string => {
  const values = findAttribute(node, attribute)?.ints ?? [];
  return change.constant(node, attribute, (name) => int64Tensor(name, values));
};

function raiseSlice(node: NodeProto, change: Change): NodeProto {
  const axes = intsAttribute(node, 'axes') === undefined ? [] : [integers(node, change, 'axes')];
  const bounds = [integers(node, change, 'starts'), integers(node, change, 'ends')];
  return rewritten(node, ['starts', 'ends', 'axes'], [node.input[0] ?? '', ...bounds, ...axes]);
}

function raiseTopK(node: NodeProto, change: Change): NodeProto {
  const k = change.constant(node, 'k', (name) => int64Tensor(name, [intAttribute(node, 'k', 1)]));
  return rewritten(node, ['k'], [node.input[0] ?? '', k]);
}

function raiseClip(node: NodeProto, change: Change): NodeProto {
  const bound = (attribute: string): string =>
    findAttribute(node, attribute) === undefined
      ? ''
      : change.constant(node, attribute, (name) => floatTensor(name, [floatAttribute(node, attribute, 0)], []));
  const [low, high] = [bound('min'), bound('max')];
  const bounds = high === '' ? (low === '' ? [] : [low]) : [low, high];
  return rewritten(node, ['min', 'max'], [node.input[0] ?? '', ...bounds]);
}

function raisePad(node: NodeProto, change: Change): NodeProto {
  const value = floatAttribute(node, 'value', 0);
  const padding = value === 0 ? [] : [change.constant(node, 'value', (name) => floatTensor(name, [value], []))];
  return rewritten(node, ['pads', 'value'], [node.input[0] ?? '', integers(node, change, 'pads'), ...padding]);
}

/** Old resizing counts pixels from the corner, and takes the pixel before when enlarging, the one after when reducing. */
function raiseResize(node: NodeProto, change: Change): NodeProto {
  const mode = stringAttribute(node, 'mode', 'nearest');
  const scales = change.graph.constantOf(node.input[1] ?? '');
  if (mode === 'nearest' && scales === undefined) {
    throw new CrivoError('invalid-model', say('resizesComputed', { node: nodeLabel(node), opset: change.opset }));
  }
  const reduces = scales !== undefined && [...tensorValues(scales)].some((factor) => Number(factor) < 1);
  const region = change.constant(node, 'roi', (name) => floatTensor(name, []));
  return patch(NodeProtoSchema, node, {
    opType: 'Resize',
    input: [node.input[0] ?? '', region, node.input[1] ?? ''],
    attribute: [
      makeAttribute('mode', mode),
      makeAttribute('coordinate_transformation_mode', 'asymmetric'),
      ...(mode === 'nearest' ? [makeAttribute('nearest_mode', reduces ? 'ceil' : 'floor')] : []),
    ],
  });
}

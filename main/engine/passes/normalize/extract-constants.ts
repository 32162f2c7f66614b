/*
 *   Constant ──► Conv.W        becomes        W (initializer) ──► Conv.W
 *
 * Weights in Constant nodes (Paddle writes them so) are invisible to every pass that looks at initializers.
 */
import type { NodeReport } from '../../../../shared/recipe.ts';
import { withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { ModelProtoSchema, patch } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { floatTensor, int64Tensor, renameTensor } from '../../onnx/tensor.ts';
import { graphOf } from '../../graph/graph.ts';
import { changed, leftAlone } from '../node-report.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Since this IR version an initializer need not be a graph input, and one that is can be overridden. */
const initializersStandAlone = 4n;

/** `Constant` nodes of the main graph become initializers of the same name and bytes; below IR 4, initializers stop being graph inputs. */
export function extractConstants(graph: Graph): StepResult {
  const extracted: TensorProto[] = [];
  const nodes: NodeReport[] = [];
  const kept = graph.nodes.filter((node) => {
    if (node.opType !== 'Constant' || node.domain !== '') return true;
    const tensor = constantTensor(node);
    const reason =
      tensor === null ? say('notAnInitializer') : graph.isOutput(node.output[0]!) ? say('outputOfModel') : null;
    if (tensor === null || reason !== null) {
      nodes.push(leftAlone(node, reason ?? ''));
      return true;
    }
    extracted.push(tensor);
    nodes.push(changed(node, say('becameInitializer')));
    return false;
  });
  const raised = raiseIr(graph);
  if (extracted.length === 0) return { graph: raised, nodes, count: 0 };
  const initializers = [...raised.initializers.values(), ...extracted];
  return { graph: withChanges(raised, { nodes: kept, initializers }), nodes, count: extracted.length };
}

function raiseIr(graph: Graph): Graph {
  if ((graph.model.irVersion ?? 0n) >= initializersStandAlone) return graph;
  const raised = graphOf(patch(ModelProtoSchema, graph.model, { irVersion: initializersStandAlone }));
  return withChanges(raised, { inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)) });
}

function constantTensor(node: NodeProto): TensorProto | null {
  const [attribute] = node.attribute;
  const name = node.output[0]!;
  switch (attribute?.name) {
    case 'value':
      return attribute.t === undefined ? null : renameTensor(attribute.t, name);
    case 'value_float':
      return floatTensor(name, [attribute.f], []);
    case 'value_floats':
      return floatTensor(name, attribute.floats);
    case 'value_int':
      return int64Tensor(name, [attribute.i], []);
    case 'value_ints':
      return int64Tensor(name, attribute.ints);
    default:
      return null;
  }
}

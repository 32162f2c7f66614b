/**
 * The immutable graph that passes work on: a model's messages with an index over its main graph.
 * Changing it gives a new one that shares what didn't change; unknown fields survive.
 */
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../onnx/proto.ts';
import { AttributeType, GraphProtoSchema, ModelProtoSchema, OperatorSetIdProtoSchema, patch } from '../onnx/proto.ts';
import { create } from '@bufbuild/protobuf';
import { CrivoError } from '../../../shared/errors.ts';

export interface Graph {
  readonly model: ModelProto;
  readonly nodes: readonly NodeProto[];
  readonly initializers: ReadonlyMap<string, TensorProto>;
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly valueInfo: ReadonlyMap<string, ValueInfoProto>;
  /** The node whose output the tensor is, or undefined (graph input, initializer, unknown). */
  readonly producerOf: (tensor: string) => NodeProto | undefined;
  /** Nodes that read the tensor, in order, each once; nodes whose subgraphs capture it included. */
  readonly consumersOf: (tensor: string) => readonly NodeProto[];
  readonly isInput: (tensor: string) => boolean;
  readonly isOutput: (tensor: string) => boolean;
  /** The constant of that name: an initializer (that is not an overridable graph input), or a `Constant` node's tensor. */
  readonly constantOf: (tensor: string) => TensorProto | undefined;
  /** Names in use anywhere in the main graph or in subgraphs: nodes and tensors. */
  readonly names: ReadonlySet<string>;
}

/** Parts of a graph to replace; what is left out stays. */
export interface GraphChanges {
  readonly nodes?: readonly NodeProto[];
  readonly initializers?: Iterable<TensorProto>;
  readonly inputs?: readonly ValueInfoProto[];
  readonly outputs?: readonly ValueInfoProto[];
  readonly valueInfo?: Iterable<ValueInfoProto>;
  /** Domain → version; added, or raised to it. */
  readonly opsets?: Readonly<Record<string, number>>;
}

/** The main graph of a model. Raises `invalid-model` where the model has none. */
export function graphOf(model: ModelProto): Graph {
  const proto = model.graph;
  if (proto === undefined) throw new CrivoError('invalid-model', 'The file holds no graph; it is not a complete ONNX model.');
  const initializers = new Map(proto.initializer.map((tensor) => [tensor.name, tensor]));
  const valueInfo = new Map(proto.valueInfo.map((info) => [info.name, info]));
  const inputs = new Set(proto.input.map((info) => info.name));
  const outputs = new Set(proto.output.map((info) => info.name));
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  const read = (tensor: string, node: NodeProto): void => {
    const readers = consumers.get(tensor);
    if (readers === undefined) consumers.set(tensor, [node]);
    else if (readers.at(-1) !== node) readers.push(node);
  };
  const names = new Set<string>([...inputs, ...initializers.keys()]);
  for (const node of proto.node) {
    for (const output of node.output) if (output !== '') producers.set(output, node);
    for (const input of node.input) if (input !== '') read(input, node);
    for (const captured of capturedNames(node)) read(captured, node);
    collectNames(node, names);
  }
  return {
    model,
    nodes: proto.node,
    initializers,
    inputs: proto.input,
    outputs: proto.output,
    valueInfo,
    producerOf: (tensor) => producers.get(tensor),
    consumersOf: (tensor) => consumers.get(tensor) ?? [],
    isInput: (tensor) => inputs.has(tensor) && !initializers.has(tensor),
    isOutput: (tensor) => outputs.has(tensor),
    constantOf: (tensor) => {
      const initializer = initializers.get(tensor);
      if (initializer !== undefined) return inputs.has(tensor) && (model.irVersion ?? 0n) < 4n ? initializer : inputs.has(tensor) ? undefined : initializer;
      const producer = producers.get(tensor);
      if (producer?.opType !== 'Constant' || producer.domain !== '') return undefined;
      return producer.attribute.find((attribute) => attribute.name === 'value')?.t;
    },
    names,
  };
}

/** A new graph with some parts replaced. */
export function withChanges(graph: Graph, changes: GraphChanges): Graph {
  const proto = graph.model.graph as GraphProto;
  const next = patch(GraphProtoSchema, proto, {
    ...(changes.nodes === undefined ? {} : { node: [...changes.nodes] }),
    ...(changes.initializers === undefined ? {} : { initializer: [...changes.initializers] }),
    ...(changes.inputs === undefined ? {} : { input: [...changes.inputs] }),
    ...(changes.outputs === undefined ? {} : { output: [...changes.outputs] }),
    ...(changes.valueInfo === undefined ? {} : { valueInfo: [...changes.valueInfo] }),
  });
  const opsetImport = changes.opsets === undefined ? graph.model.opsetImport : raisedOpsets(graph.model, changes.opsets);
  return graphOf(patch(ModelProtoSchema, graph.model, { graph: next, opsetImport }));
}

function raisedOpsets(model: ModelProto, wanted: Readonly<Record<string, number>>): ModelProto['opsetImport'] {
  const kept = model.opsetImport.map((entry) => {
    const version = wanted[entry.domain];
    return version !== undefined && BigInt(version) > entry.version ? patch(OperatorSetIdProtoSchema, entry, { version: BigInt(version) }) : entry;
  });
  const present = new Set(kept.map((entry) => entry.domain));
  const added = Object.entries(wanted)
    .filter(([domain]) => !present.has(domain))
    .map(([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }));
  return [...kept, ...added];
}

/** Version of the operator set of a domain (`''` is ai.onnx), or 0 where the model doesn't import it. */
export function opsetVersion(model: ModelProto, domain = ''): number {
  const wanted = domain === 'ai.onnx' ? '' : domain;
  return Number(model.opsetImport.find((entry) => (entry.domain === 'ai.onnx' ? '' : entry.domain) === wanted)?.version ?? 0n);
}

/** Subgraphs of a node (`If`, `Loop`, `Scan`), direct ones only. */
export function subgraphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap((attribute) => {
    if (attribute.type === AttributeType.GRAPH && attribute.g !== undefined) return [attribute.g];
    return attribute.type === AttributeType.GRAPHS ? attribute.graphs : [];
  });
}

/** Tensors of outer graphs that a node's subgraphs read. */
export function capturedNames(node: NodeProto): Set<string> {
  const captured = new Set<string>();
  for (const graph of subgraphsOf(node)) {
    const own = new Set([...graph.input.map((info) => info.name), ...graph.initializer.map((tensor) => tensor.name)]);
    for (const inner of graph.node) for (const output of inner.output) own.add(output);
    for (const inner of graph.node) {
      for (const name of [...inner.input, ...capturedNames(inner)]) if (name !== '' && !own.has(name)) captured.add(name);
    }
    for (const output of graph.output) if (!own.has(output.name)) captured.add(output.name);
  }
  return captured;
}

function collectNames(node: NodeProto, names: Set<string>): void {
  if (node.name !== '') names.add(node.name);
  for (const name of [...node.input, ...node.output]) if (name !== '') names.add(name);
  for (const graph of subgraphsOf(node)) for (const inner of graph.node) collectNames(inner, names);
}

/** Gives names that are not in use, remembering those it gave. */
export function nameGiver(graph: Graph): (wanted: string) => string {
  const used = new Set(graph.names);
  return (wanted) => {
    let name = wanted;
    for (let suffix = 1; used.has(name); suffix += 1) name = `${wanted}_${suffix}`;
    used.add(name);
    return name;
  };
}

/**
 * The immutable graph that passes work on: a model's messages with an index over its main graph.
 * Changing it gives a new one that shares what didn't change; unknown fields survive.
 */
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../onnx/proto.ts';
import { AttributeType, GraphProtoSchema, ModelProtoSchema, OperatorSetIdProtoSchema, patch } from '../onnx/proto.ts';
import { create } from '@bufbuild/protobuf';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

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

/** From this IR version on, an initializer that is also a graph input is a default that the caller may override. */
const overridableFromIr = 4n;

/** The main graph of a model; its index is built when it is first asked. Raises `invalid-model` where the model has none. */
export function graphOf(model: ModelProto): Graph {
  const proto = model.graph;
  if (proto === undefined) {
    throw new CrivoError('invalid-model', say('noGraph'));
  }
  const initializers = new Map(proto.initializer.map((tensor) => [tensor.name, tensor]));
  const inputs = new Set(proto.input.map((info) => info.name));
  const outputs = new Set(proto.output.map((info) => info.name));
  const edges = onDemand(() => indexEdges(proto));
  const valueInfo = onDemand(() => new Map(proto.valueInfo.map((info) => [info.name, info])));
  const names = onDemand(() => namesOf(proto));
  const isOverridable = (tensor: string): boolean => inputs.has(tensor) && model.irVersion >= overridableFromIr;
  return {
    model,
    nodes: proto.node,
    initializers,
    inputs: proto.input,
    outputs: proto.output,
    get valueInfo() {
      return valueInfo();
    },
    producerOf: (tensor) => edges().producers.get(tensor),
    consumersOf: (tensor) => edges().consumers.get(tensor) ?? [],
    isInput: (tensor) => inputs.has(tensor) && !initializers.has(tensor),
    isOutput: (tensor) => outputs.has(tensor),
    constantOf: (tensor) => {
      const initializer = initializers.get(tensor);
      if (initializer !== undefined) return isOverridable(tensor) ? undefined : initializer;
      const producer = edges().producers.get(tensor);
      if (producer?.opType !== 'Constant' || (producer.domain !== '' && producer.domain !== 'ai.onnx'))
        return undefined;
      return producer.attribute.find((attribute) => attribute.name === 'value')?.t;
    },
    get names() {
      return names();
    },
  };
}

function onDemand<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => (built ??= { value: build() }).value;
}

interface Edges {
  readonly producers: ReadonlyMap<string, NodeProto>;
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
}

function indexEdges(proto: GraphProto): Edges {
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of proto.node) {
    for (const output of node.output) if (output !== '') producers.set(output, node);
    for (const tensor of new Set([...node.input, ...capturedNames(node)])) {
      if (tensor === '') continue;
      const readers = consumers.get(tensor);
      if (readers === undefined) consumers.set(tensor, [node]);
      else readers.push(node);
    }
  }
  return { producers, consumers };
}

function namesOf(proto: GraphProto): Set<string> {
  const names = new Set<string>();
  collectGraphNames(proto, names);
  return names;
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
  const opsetImport =
    changes.opsets === undefined ? graph.model.opsetImport : raisedOpsets(graph.model, changes.opsets);
  return graphOf(patch(ModelProtoSchema, graph.model, { graph: next, opsetImport }));
}

function raisedOpsets(model: ModelProto, wanted: Readonly<Record<string, number>>): ModelProto['opsetImport'] {
  const kept = model.opsetImport.map((entry) => {
    const version = wanted[entry.domain];
    return version !== undefined && BigInt(version) > entry.version
      ? patch(OperatorSetIdProtoSchema, entry, { version: BigInt(version) })
      : entry;
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
  return Number(
    model.opsetImport.find((entry) => (entry.domain === 'ai.onnx' ? '' : entry.domain) === wanted)?.version ?? 0n,
  );
}

/** Subgraphs of a node (`If`, `Loop`, `Scan`), direct ones only. */
export function subgraphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap((attribute) => {
    if (attribute.type === AttributeType.GRAPH && attribute.g !== undefined) return [attribute.g];
    return attribute.type === AttributeType.GRAPHS ? attribute.graphs : [];
  });
}

/** A node and how deep in subgraphs it stands. */
export interface NestedNode {
  readonly node: NodeProto;
  /** 0 in the main graph. */
  readonly depth: number;
}

/** Nodes of a graph and of its subgraphs, each before those inside it. */
export function* nodesOf(graph: GraphProto, depth = 0): Generator<NestedNode> {
  for (const node of graph.node) {
    yield { node, depth };
    for (const inner of subgraphsOf(node)) yield* nodesOf(inner, depth + 1);
  }
}

/** Tensors of outer graphs that a node's subgraphs read. */
export function capturedNames(node: NodeProto): Set<string> {
  const captured = new Set<string>();
  for (const graph of subgraphsOf(node)) for (const name of capturedByGraph(graph)) captured.add(name);
  return captured;
}

/** Tensors of outer graphs that a subgraph reads. */
export function capturedByGraph(graph: GraphProto): Set<string> {
  const own = new Set([...graph.input.map((info) => info.name), ...graph.initializer.map((tensor) => tensor.name)]);
  for (const sparse of graph.sparseInitializer) if (sparse.values !== undefined) own.add(sparse.values.name);
  for (const inner of graph.node) for (const output of inner.output) own.add(output);
  const captured = new Set<string>();
  for (const inner of graph.node) {
    for (const name of [...inner.input, ...capturedNames(inner)]) if (name !== '' && !own.has(name)) captured.add(name);
  }
  for (const output of graph.output) if (!own.has(output.name)) captured.add(output.name);
  return captured;
}

function collectGraphNames(graph: GraphProto, names: Set<string>): void {
  for (const { name } of [...graph.input, ...graph.initializer, ...graph.output]) names.add(name);
  for (const node of graph.node) {
    if (node.name !== '') names.add(node.name);
    for (const name of [...node.input, ...node.output]) if (name !== '') names.add(name);
    for (const inner of subgraphsOf(node)) collectGraphNames(inner, names);
  }
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

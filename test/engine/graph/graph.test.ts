import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  capturedNames,
  graphOf,
  nameGiver,
  nodesOf,
  opsetVersion,
  withChanges,
} from '../../../main/engine/graph/graph.ts';
import { topologicalOrder } from '../../../main/engine/graph/topological-order.ts';
import {
  AttributeProtoSchema,
  AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  makeNode,
  patch,
} from '../../../main/engine/onnx/proto.ts';
import type { GraphProto, NodeProto } from '../../../main/engine/onnx/proto.ts';
import { floatTensor } from '../../../main/engine/onnx/tensor.ts';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import { seededRandom } from '../../fixtures/example-run.ts';
import { builtGraph, builtModel, floats, productModel } from '../../fixtures/built-models.ts';

const branch = (node: NodeProto, graph: GraphProto): NodeProto =>
  patch(NodeProtoSchema, node, {
    attribute: [create(AttributeProtoSchema, { name: 'then_branch', type: AttributeType.GRAPH, g: graph })],
  });
/** An `If` whose branch reads `outer`, and inside it another whose branch reads `far` and the branch's own `inner`. */
const nested = branch(
  makeNode('If', ['condition'], ['y']),
  builtGraph({
    nodes: [
      makeNode('Relu', ['outer'], ['inner']),
      branch(
        makeNode('If', ['second'], ['deep']),
        builtGraph({ nodes: [makeNode('Add', ['far', 'inner'], ['sum'])], inputs: [], outputs: [floats('sum', null)] }),
      ),
    ],
    inputs: [],
    outputs: [floats('passed', null)],
  }),
);

describe('a graph', () => {
  test('knows who makes and who reads a tensor, subgraphs that capture it included', () => {
    const relu = makeNode('Relu', ['x'], ['outer']);
    const graph = graphOf(
      builtModel({ nodes: [relu, nested], inputs: [floats('x', [1])], outputs: [floats('y', null)] }),
    );
    expect(graph.producerOf('outer')).toBe(relu);
    expect(graph.producerOf('x')).toBeUndefined();
    expect(graph.consumersOf('outer')).toEqual([nested]);
    expect(graph.consumersOf('far')).toEqual([nested]);
    expect(graph.consumersOf('inner')).toEqual([]);
    expect(capturedNames(nested)).toEqual(new Set(['outer', 'second', 'far', 'passed']));
    expect([...nodesOf(graph.model.graph!)].map(({ node, depth }) => [node.opType, depth])).toEqual([
      ['Relu', 0],
      ['If', 0],
      ['Relu', 1],
      ['If', 1],
      ['Add', 2],
    ]);
    expect(graph.names.has('sum')).toBe(true);
  });

  test('takes an initializer for a constant, unless a caller may override it', () => {
    const declared = { inputs: [floats('x', ['batch', 4]), floats('w', [4, 3])], outputs: [floats('y', null)] };
    const parts = {
      ...declared,
      nodes: [makeNode('MatMul', ['x', 'w'], ['y'])],
      initializers: [floatTensor('w', Array<number>(12).fill(0), [4, 3])],
    };
    expect(graphOf(productModel()).constantOf('w')?.name).toBe('w');
    expect(graphOf(builtModel(parts)).constantOf('w')).toBeUndefined();
    expect(graphOf(builtModel(parts, { irVersion: 3n })).constantOf('w')?.name).toBe('w');
    expect(graphOf(builtModel(parts)).isInput('w')).toBe(false);
  });

  test('changes into another and stays as it is', () => {
    const model = productModel();
    const before = encodeModel(model);
    const graph = graphOf(model);
    const added = makeNode('Relu', ['y'], ['z']);
    const next = withChanges(graph, {
      nodes: [...graph.nodes, added],
      outputs: [],
      opsets: { '': 18, 'com.microsoft': 1 },
    });
    expect(Buffer.compare(encodeModel(model), before)).toBe(0);
    expect(next.nodes[0]).toBe(graph.nodes[0]);
    expect(next.producerOf('z')).toBe(added);
    expect(opsetVersion(next.model)).toBe(18);
    expect(opsetVersion(next.model, 'com.microsoft')).toBe(1);
    expect(opsetVersion(withChanges(next, { opsets: { '': 7 } }).model, 'ai.onnx')).toBe(18);
  });

  test('gives names that nothing in it has', () => {
    const give = nameGiver(graphOf(productModel()));
    expect([give('w'), give('w'), give('new'), give('new')]).toEqual(['w_1', 'w_2', 'new', 'new_1']);
  });

  test('is missing where a model has none', () => {
    expect(() => graphOf(create(ModelProtoSchema, { irVersion: 8n }))).toThrow(
      /holds no graph; it is not a complete ONNX model/,
    );
  });
});

describe('topological order', () => {
  test('puts each node of any shuffled graph after those that it reads', () => {
    const graphs = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(graphs, fc.integer(), (links, seed) => {
        const nodes = links.map((from, index) =>
          makeNode('Sum', index === 0 ? [] : from.map((at) => `t${at % index}`), [`t${index}`]),
        );
        const random = seededRandom(seed);
        const shuffled = nodes
          .map((node) => ({ node, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ node }) => node);
        const ordered = topologicalOrder(shuffled);
        expect(new Set(ordered)).toEqual(new Set(nodes));
        const seen = new Set<string>();
        for (const node of ordered) {
          for (const name of node.input) expect(seen.has(name)).toBe(true);
          for (const name of node.output) seen.add(name);
        }
        expect(topologicalOrder(ordered)).toEqual(ordered);
      }),
    );
  });

  test('puts a node after what its subgraphs capture', () => {
    const far = makeNode('Relu', ['x'], ['far']);
    expect(topologicalOrder([nested, far])).toEqual([far, nested]);
  });

  test('names a cycle', () => {
    const nodes = [
      makeNode('Relu', ['b'], ['a'], { name: 'first' }),
      makeNode('Relu', ['a'], ['b'], { name: 'second' }),
    ];
    expect(() => topologicalOrder(nodes)).toThrow(/The graph has a cycle through node "(first|second)"/);
  });

  test('stands a chain deeper than the call stack', () => {
    const nodes = Array.from({ length: 50_000 }, (_, index) =>
      makeNode('Relu', [`t${index}`], [`t${index + 1}`]),
    ).reverse();
    expect(topologicalOrder(nodes)[0]!.input).toEqual(['t0']);
  });
});

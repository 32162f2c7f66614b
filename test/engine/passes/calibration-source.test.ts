import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../main/engine/graph/graph.ts';
import { makeNode } from '../../../main/engine/onnx/proto.ts';
import { calibrationSource } from '../../../main/engine/passes/calibration-source.ts';
import type { Feeds } from '../../../main/engine/passes/pass.ts';
import type { DatasetFiles } from '../../../main/engine/ports.ts';
import { rawDataset } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { smallModel } from '../../fixtures/passes.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

/** A model whose one input has examples of two values. */
const taking = (type: string) =>
  graphOf(
    smallModel({
      inputs: { x: { type, shape: ['batch', 2] } },
      outputs: { y: { type, shape: ['batch', 2] } },
      nodes: [makeNode('Identity', ['x'], ['y'], { name: 'same' })],
    }),
  );

function dataset(descr: string, shape: readonly number[], values: NodeJS.TypedArray): DatasetFiles {
  const path = join(temporaryFolder(), 'inputs.npy');
  writeFileSync(path, npyBytes(descr, shape, values));
  return rawDataset(path);
}

async function feedsOf(files: DatasetFiles, type: string): Promise<Feeds[]> {
  const source = await calibrationSource(files, taking(type));
  const all: Feeds[] = [];
  for await (const feeds of source.feeds()) all.push(feeds);
  return all;
}

describe('the element type of calibration data', () => {
  test.each([
    ['<f8', Float64Array.of(0.5, 2, -3, 4), 'float32', Float32Array.of(-3, 4)],
    ['|u1', Uint8Array.of(1, 2, 3, 255), 'float32', Float32Array.of(3, 255)],
    ['<f4', Float32Array.of(1, 2, -3, 4), 'int64', BigInt64Array.of(-3n, 4n)],
    ['<i4', Int32Array.of(1, 2, -3, 4), 'int64', BigInt64Array.of(-3n, 4n)],
  ])('%s %j is given as %s', async (descr, values, type, last) => {
    const feeds = await feedsOf(dataset(descr, [2, 2], values), type);
    expect(feeds).toHaveLength(2);
    expect(feeds[1]).toEqual({ x: { elementType: type, shape: [1, 2], values: last } });
  });

  test.each([
    [
      'values of no known type',
      ['<c8', new Float32Array(8)],
      'float32',
      'The file inputs.npy holds elements of type <c8, which is not supported; save it as float32.',
    ],
    [
      'fractions for whole numbers',
      ['<f4', Float32Array.of(1, 2, 0.5, 4)],
      'int64',
      'The dataset mine holds 0.5 for the model\'s input "x", which takes whole numbers (int64); import it again for this input, or choose another dataset.',
    ],
    [
      'NaN for whole numbers',
      ['<f8', Float64Array.of(1, NaN, 2, 4)],
      'int32',
      'The dataset mine holds NaN for the model\'s input "x", which takes whole numbers (int32); import it again for this input, or choose another dataset.',
    ],
    [
      'NaN in float64',
      ['<f8', Float64Array.of(1, 2, 3, NaN)],
      'float64',
      'The dataset mine holds NaN or infinite values near example 2; clean it and try again.',
    ],
    [
      'numbers for text',
      ['<f4', new Float32Array(4)],
      'string',
      'The dataset mine can\'t be given to the model\'s input "x", which takes string.',
    ],
  ] as const)('%s: refused with one sentence', async (_, [descr, values], type, message) => {
    await expect(feedsOf(dataset(descr, [2, 2], values), type)).rejects.toMatchObject({
      kind: 'invalid-dataset',
      message,
    });
  });
});

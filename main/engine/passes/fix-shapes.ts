import { create } from '@bufbuild/protobuf';
import { join } from 'node:path';
import { z } from 'zod';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Dimension, TensorInfo } from '../../../shared/model.ts';
import { withChanges } from '../graph/graph.ts';
import type { Graph } from '../graph/graph.ts';
import { ValueInfoProtoSchema } from '../onnx/proto.ts';
import { tensorInfoOf, valueInfoOf } from '../onnx/value-info.ts';
import { writeModel } from '../onnx/write-model.ts';
import { inputsOf } from './batch/batch-axes.ts';
import { nameHint } from './known-names.ts';
import { madeUpFeeds } from './made-up-feeds.ts';
import { counted } from './node-report.ts';
import { definePass } from './pass.ts';
import type { PassContext } from './pass.ts';

/** Gives dynamic sizes a value, so that runtimes can plan ahead; verified by running both on the same input. */
export const fixShapes = definePass({
  name: 'fix-shapes',
  title: say('titleShapes'),
  description:
    'Dynamic sizes of the inputs get a value. Some processors (NPUs) and compilers need that, and memory can be planned ahead.',
  family: 'shape',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    sizes: z
      .array(z.string())
      .default([])
      .describe('Values of sizes: symbol=number (batch=4), or input=shape (image=1x3x224x224).'),
    batch: z
      .int()
      .min(1)
      .max(65_536)
      .default(1)
      .describe('Size of a dynamic first dimension that sizes does not state.'),
  }),
  async apply(graph, { sizes, batch }, context) {
    const before = inputsOf(graph);
    const shapes = fixedShapes(before, sizes, batch);
    const inputs = graph.inputs.map((info) => {
      const shape = shapes.get(info.name);
      return shape === undefined ? info : valueInfoOf({ ...tensorInfoOf(info), shape });
    });
    const opened = withChanges(graph, { inputs, valueInfo: [] });
    const inferred = await outputShapes(opened, context);
    const outputs = graph.outputs.map((info) => {
      const declared = tensorInfoOf(info);
      const shape = inferred.get(info.name) ?? null;
      return declared.elementType === 'unknown' || shape === null || shape.length !== declared.shape?.length
        ? info
        : valueInfoOf({ ...declared, shape });
    });
    const fixed = withChanges(opened, { outputs });
    context.progress(0.5, say('verifyingByRunning'));
    await verify(graph, fixed, context);
    return { graph: fixed, report: describe(before, fixed) };
  },
});

/** Output → its shape. ONNX Runtime computes first what depends on fixed sizes only (level basic), and so sees through Shape and Reshape. */
async function outputShapes(
  graph: Graph,
  { openSession, folder }: PassContext,
): Promise<ReadonlyMap<string, readonly Dimension[]>> {
  const outputs = graph.outputs.map(({ name }) => create(ValueInfoProtoSchema, { name }));
  const path = join(folder, 'fixed-inputs.onnx');
  await writeModel(withChanges(graph, { outputs }).model, path);
  const session = await openSession(path, { graphOptimization: 'basic', threads: 1 });
  try {
    return new Map(session.outputs.map(({ name, shape }) => [name, shape]));
  } finally {
    await session.release();
  }
}

/** Sizes as a person states them. */
interface StatedSizes {
  /** Symbol → size. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Input → its whole shape. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Input → its shape with what was stated; sizes that nobody stated stay open. Raises `invalid-input`. */
function fixedShapes(
  inputs: readonly TensorInfo[],
  written: readonly string[],
  batch: number,
): Map<string, readonly Dimension[]> {
  const stated = readSizes(inputs, written);
  return new Map(
    inputs.flatMap((input) => (input.shape === null ? [] : [[input.name, fixOne(input, input.shape, stated, batch)]])),
  );
}

function readSizes(inputs: readonly TensorInfo[], written: readonly string[]): StatedSizes {
  const symbols = new Map<string, number>();
  const shapes = new Map<string, readonly number[]>();
  const names = new Set(inputs.map(({ name }) => name));
  const dynamic = inputs.flatMap(({ shape }) => shape ?? []).filter((size) => typeof size === 'string');
  const known = [...new Set([...names, ...dynamic])];
  for (const entry of written) {
    const [, name = '', value] = /^(.+)=([1-9]\d*(?:x[1-9]\d*)*)$/.exec(entry) ?? [];
    const numbers = value?.split('x').map(Number) ?? [];
    const [first] = numbers;
    if (first === undefined || numbers.some((size) => !Number.isSafeInteger(size)))
      throw new CrivoError('invalid-input', say('sizeUnusable', { entry }));
    if (!known.includes(name))
      throw new CrivoError('invalid-input', say('noInputOrSize', { name, hint: nameHint(name, known) }));
    if (names.has(name)) shapes.set(name, numbers);
    else if (numbers.length === 1) symbols.set(name, first);
    else throw new CrivoError('invalid-input', say('oneSizeOnly', { entry, name, example: `${name}=${first}` }));
  }
  return { symbols, shapes };
}

function fixOne(
  { name }: TensorInfo,
  shape: readonly Dimension[],
  { symbols, shapes }: StatedSizes,
  batch: number,
): readonly Dimension[] {
  const stated = shapes.get(name);
  if (
    stated !== undefined &&
    (stated.length !== shape.length || shape.some((size, axis) => typeof size === 'number' && size !== stated[axis]))
  ) {
    throw new CrivoError(
      'invalid-input',
      say('shapeUnusable', {
        input: name,
        stated: stated.join(', '),
        declared: shape.map((size) => size ?? '?').join(', '),
      }),
    );
  }
  if (stated !== undefined) return stated;
  return shape.map((size, axis) => {
    if (typeof size === 'number') return size;
    return (size === null ? undefined : symbols.get(size)) ?? (axis === 0 ? batch : size);
  });
}

async function verify(before: Graph, after: Graph, { openSession, folder }: PassContext): Promise<void> {
  const feeds = madeUpFeeds(inputsOf(after), 0);
  const run = async (graph: Graph, file: string) => {
    await writeModel(graph.model, join(folder, file));
    const session = await openSession(join(folder, file), { graphOptimization: 'disabled' });
    try {
      return await session.run(feeds);
    } finally {
      await session.release();
    }
  };
  const expected = await run(before, 'dynamic-shapes.onnx');
  const actual = await run(after, 'fixed-shapes.onnx');
  for (const [name, { shape, values }] of Object.entries(expected)) {
    const other = actual[name]!;
    const same =
      shape.join() === other.shape.join() && values.every((value, index) => Object.is(value, other.values[index]));
    if (!same) throw new CrivoError('job-failed', say('shapesDiffer', { output: name }));
  }
}

function describe(before: readonly TensorInfo[], after: Graph) {
  const open = (inputs: readonly TensorInfo[]): number =>
    inputs.flatMap(({ shape }) => shape ?? []).filter((size) => typeof size !== 'number').length;
  const still = open(inputsOf(after));
  const fixed = open(before) - still;
  return {
    summary: say('sizesFixed', {
      sizes: counted(fixed, 'DynamicSize'),
      open: still,
      inputs: inputsOf(after)
        .map(({ name, shape }) => `${name} [${shape?.map((size) => size ?? '?').join(', ')}]`)
        .join(', '),
    }),
    nodes: [],
    warnings: still > 0 ? [still === 1 ? say('oneSizeOpen') : say('someSizesOpen', { count: still })] : [],
    figures: { sizes_fixed: fixed, sizes_dynamic: still },
  };
}

import { join } from 'node:path';
import { z } from 'zod';
import { writeModel } from '../../onnx/write-model.ts';
import { counted } from '../node-report.ts';
import { definePass } from '../pass.ts';
import type { PassContext } from '../pass.ts';
import type { Graph } from '../../graph/graph.ts';
import { findBatchAxes } from './batch-axes.ts';
import type { BatchAxes } from './batch-axes.ts';
import { freeBatch } from './free-batch.ts';
import { verifyBatch } from './verify-batch.ts';
import type { BatchProof } from './verify-batch.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Lets a model with a fixed batch take any batch, and proves it by running. */
export const makeBatchDynamic = definePass({
  name: 'make-batch-dynamic',
  title: say('titleBatch'),
  description:
    'A model exported for a fixed batch takes any: sizes written into the graph are freed, and a trial run shows that each example gives what it gave before.',
  family: 'shape',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    symbol: z.string().min(1).max(100).default('batch').describe('Name of the dynamic size.'),
    axes: z
      .array(z.string())
      .default([])
      .describe(
        'Inputs whose batch is not on the first axis, as input=axis (state=1), or that have none, as input=none.',
      ),
    verify: z
      .boolean()
      .default(true)
      .describe('Run the original and the result on made-up inputs and compare each example.'),
  }),
  async apply(graph, { symbol, axes: written, verify }, context) {
    const axes = findBatchAxes(graph, written);
    const freed = await freeBatch(graph, axes, symbol, context.openSession);
    context.progress(0.6, say('verifyingByRunning'));
    const proof = verify ? await prove(graph, freed.graph, axes, context) : null;
    const facts = {
      size: axes.size,
      symbol,
      inputs: counted(axes.axisOf.size, 'Input'),
      nodes: counted(freed.nodes.length, 'Node'),
    };
    return {
      graph: freed.graph,
      report: {
        summary:
          proof === null ? say('batchFreed', facts) : say('batchFreedAndVerified', { ...facts, rows: proof.rows }),
        nodes: freed.nodes,
        warnings: proof === null ? [say('batchNotVerified')] : [],
        figures: {
          batch_before: axes.size,
          nodes_rewritten: freed.nodes.length,
          ...(proof === null
            ? {}
            : { verified_batch: proof.rows, largest_relative_difference: proof.largestDifference }),
        },
      },
    };
  },
});

async function prove(
  before: Graph,
  after: Graph,
  axes: BatchAxes,
  { openSession, folder }: PassContext,
): Promise<BatchProof> {
  const paths = [join(folder, 'fixed-batch.onnx'), join(folder, 'dynamic-batch.onnx')] as const;
  await writeModel(before.model, paths[0]);
  await writeModel(after.model, paths[1]);
  const original = await openSession(paths[0], { graphOptimization: 'basic' });
  try {
    const rewritten = await openSession(paths[1], { graphOptimization: 'basic' });
    try {
      return await verifyBatch(before, axes, original, rewritten);
    } finally {
      await rewritten.release();
    }
  } finally {
    await original.release();
  }
}

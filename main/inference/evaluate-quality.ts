/** Accuracy on labels and drift from the parent, on the very session that was timed, at its batch size. */
import type { InferenceSession } from 'onnxruntime-node';
import type { QualityMetric } from '../../shared/measurement.ts';
import { readClassLabels } from '../engine/accuracy/class-labels.ts';
import { largestIndex, shareMetric } from '../engine/accuracy/metrics.ts';
import type { SessionOptions } from '../engine/ports.ts';
import { nativeFeeds } from './cell-inputs.ts';
import type { CellInputs, Feeds } from './cell-inputs.ts';
import { isClassScores } from './outputs.ts';
import type { Outputs } from './outputs.ts';
import { openParent } from './parent-drift.ts';
import { tensorValue } from './session.ts';

export interface QualityRequest {
  readonly session: InferenceSession;
  readonly inputs: CellInputs;
  readonly parentPath: string | null;
  readonly options: SessionOptions;
  readonly onExamples: (done: number) => void;
}

export interface Quality {
  readonly metrics: readonly QualityMetric[];
  readonly warnings: readonly string[];
}

/** Drift settles long before a dataset ends, and the parent must run too. */
const driftExamples = 256;

/** Runs all labelled examples, and the first 256 through the parent too. What can't be measured becomes a warning. */
export async function evaluateQuality(request: QualityRequest): Promise<Quality> {
  const { session, inputs, parentPath, options } = request;
  const warnings: string[] = [];
  const accuracy = await accuracyOf(inputs);
  const parent = parentPath === null ? null : await openParent(parentPath, options, inputs.slots, warnings);
  try {
    for await (const { feeds, real, first } of batches(inputs)) {
      const parentRuns = parent !== null && first < driftExamples;
      if (accuracy === null && !parentRuns) break;
      const outputs = await runOnce(session, feeds);
      accuracy?.add(outputs, real, first);
      if (parentRuns) await parent.compare(feeds, outputs, real);
      request.onExamples(first + real);
    }
    const name = inputs.dataset?.name ?? inputs.source;
    const metrics = [...(accuracy?.metrics(name, warnings) ?? []), ...(parent?.metrics(name, warnings) ?? [])];
    return { metrics, warnings };
  } finally {
    await parent?.release();
  }
}

async function runOnce(session: InferenceSession, feeds: Feeds): Promise<Outputs> {
  const results = await session.run(feeds);
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensorValue(tensor)]));
}

interface Batch {
  readonly feeds: Feeds;
  /** Examples of the batch that are not padding. */
  readonly real: number;
  readonly first: number;
}

async function* batches({ dataset, feeds, fixed, slots }: CellInputs): AsyncGenerator<Batch> {
  if (dataset === null) {
    const batchSize = slots[0]?.shape[0] ?? 1;
    for (const [index, feed] of feeds.entries()) yield { feeds: feed, real: batchSize, first: index * batchSize };
    return;
  }
  for (let index = 0; index < dataset.batchCount; index += 1) {
    const { inputs, real, first } = await dataset.batch(index);
    yield { feeds: { ...fixed, ...nativeFeeds(inputs) }, real, first };
  }
}

interface AccuracyCounter {
  readonly add: (outputs: Outputs, real: number, first: number) => void;
  readonly metrics: (dataset: string, warnings: string[]) => QualityMetric[];
}

async function accuracyOf({ dataset, files }: CellInputs): Promise<AccuracyCounter | null> {
  const target = files?.target ?? null;
  if (dataset === null || target?.task.kind !== 'classes') return null;
  return createAccuracyCounter(await readClassLabels(dataset.name, target.path, dataset.exampleCount));
}

/** Counts the examples whose highest score stands at their label, in the first output of the shape [batch, classes]. */
function createAccuracyCounter(labels: Int32Array): AccuracyCounter {
  let right = 0;
  let seen = 0;
  let classes = 0;
  return {
    add: (outputs, real, first) => {
      const scores = Object.values(outputs).find(isClassScores);
      if (scores === undefined) return;
      classes = scores.shape[1]!;
      for (let example = 0; example < real; example += 1) {
        if (largestIndex(scores.values, example * classes, classes) === labels[first + example]) right += 1;
      }
      seen += real;
    },
    metrics: (dataset, warnings) => {
      if (seen === 0) {
        warnings.push('Accuracy was not measured: the model has no output of the shape [batch, classes].');
        return [];
      }
      const strange = labels.filter((label) => label < 0 || label >= classes).length;
      if (strange > 0) {
        warnings.push(
          `${strange} labels of ${dataset} lie outside the model's ${classes} classes and count as wrong; check the dataset.`,
        );
      }
      return [shareMetric('top1', right, seen, dataset)];
    },
  };
}

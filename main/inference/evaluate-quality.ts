/** Accuracy on labels and drift from the parent, on the very session that was timed, at its batch size. */
import type { InferenceSession } from 'onnxruntime-node';
import type { QualityMetric } from '../../shared/measurement.ts';
import type { Answers } from '../engine/accuracy/answers.ts';
import { batchesOf } from '../engine/accuracy/dataset.ts';
import { createEvaluator } from '../engine/accuracy/evaluate/create-evaluator.ts';
import type { Evaluator } from '../engine/accuracy/evaluate/evaluator.ts';
import { metricsOfAnswers } from '../engine/accuracy/metrics-of-answers.ts';
import type { SessionOptions } from '../engine/ports.ts';
import { nativeFeeds } from './cell-inputs.ts';
import type { CellInputs, Feeds } from './cell-inputs.ts';
import type { Outputs } from './outputs.ts';
import { openParent } from './parent-drift.ts';
import { tensorValue } from './session.ts';

export interface QualityRequest {
  readonly session: InferenceSession;
  readonly inputs: CellInputs;
  readonly parentPath: string | null;
  /** Whether the parent's accuracy is measured, too, on all examples. */
  readonly judgesParent: boolean;
  readonly options: SessionOptions;
  readonly onExamples: (done: number) => void;
}

export interface Quality {
  readonly metrics: readonly QualityMetric[];
  /** On every labelled example; null where there are none. */
  readonly answers: Answers | null;
  readonly warnings: readonly string[];
}

/** Drift settles long before a dataset ends, and the parent must run too. */
const driftExamples = 256;

/** Runs all labelled examples, and the first 256 through the parent too. What can't be measured becomes a warning. */
export async function evaluateQuality(request: QualityRequest): Promise<Quality> {
  const { session, inputs, parentPath, judgesParent, options } = request;
  const warnings: string[] = [];
  const { dataset, files } = inputs;
  const newEvaluator = async (): Promise<Evaluator | null> =>
    dataset === null || files === null ? null : createEvaluator(files, dataset.exampleCount);
  const evaluator = await newEvaluator();
  const parent = parentPath === null ? null : await openParent(parentPath, options, inputs.slots, warnings);
  const parentEvaluator = judgesParent && parent !== null ? await newEvaluator() : null;
  try {
    for await (const { feeds, real, first } of batches(inputs)) {
      const parentRuns = parent !== null && first < driftExamples;
      if (evaluator === null && !parentRuns) break;
      const outputs = await runOnce(session, feeds);
      await evaluator?.add({ outputs, real, first });
      const expected = parentRuns ? await parent.compare(feeds, outputs, real) : null;
      if (parent !== null && parentEvaluator !== null)
        await parentEvaluator.add({ outputs: expected ?? (await parent.run(feeds)), real, first });
      request.onExamples(first + real);
    }
    const name = dataset?.name ?? inputs.source;
    const judged = evaluator?.finish();
    warnings.push(...(judged?.warnings ?? []));
    const answers = judged?.answers ?? null;
    const accuracy = answers === null ? [] : metricsOfAnswers(answers, name);
    const metrics = [
      ...accuracy,
      ...parentMetrics(parentEvaluator?.finish().answers ?? null, name),
      ...(parent?.metrics(name, warnings) ?? []),
    ];
    return { metrics, answers, warnings };
  } finally {
    await parent?.release();
  }
}

/** The parent's accuracy, under names of its own. */
const parentMetrics = (answers: Answers | null, dataset: string): QualityMetric[] =>
  answers === null
    ? []
    : metricsOfAnswers(answers, dataset).map((metric) => ({ ...metric, name: `parent_${metric.name}` }));

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
  for await (const { inputs, real, first } of batchesOf(dataset))
    yield { feeds: { ...fixed, ...nativeFeeds(inputs) }, real, first };
}

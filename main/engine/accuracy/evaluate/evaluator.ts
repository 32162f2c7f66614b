/** What takes in a model's outputs batch by batch and ends with its answers. */
import type { TensorValue } from '../../ports.ts';
import type { Answers } from '../answers.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** What one inference gives, by output name. */
export type Outputs = Readonly<Record<string, TensorValue>>;

/** The outputs of a batch: the first `real` examples of it count, and `first` is the index of the first of them. */
export interface EvaluatedBatch {
  readonly outputs: Outputs;
  readonly real: number;
  readonly first: number;
}

export interface Evaluator {
  /** In the order of the examples. */
  readonly add: (batch: EvaluatedBatch) => Promise<void>;
  /** The answers, or why there are none; and what a person should know, one sentence each. */
  readonly finish: () => { readonly answers: Answers | null; readonly warnings: readonly string[] };
}

/** The named output, or the first that fits; undefined where there is none. */
export function chosenOutput(
  outputs: Outputs,
  name: string | undefined,
  fits: (output: TensorValue) => boolean,
): TensorValue | undefined {
  const chosen = name === undefined ? Object.values(outputs).find(fits) : outputs[name];
  return chosen !== undefined && fits(chosen) ? chosen : undefined;
}

/** What is said where no output can be judged. */
export const noOutput = (name: string | undefined, shape: string): string =>
  name === undefined ? say('outputMissing', { shape }) : say('namedOutputMissing', { name, shape });

/** How examples with NaN outputs are counted. */
export const notNumbers = (count: number, seen: number): string => say('nanCountsAsWrong', { count, seen });

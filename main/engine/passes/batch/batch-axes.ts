import { CrivoError } from '../../../../shared/errors.ts';
import type { TensorInfo } from '../../../../shared/model.ts';
import type { Graph } from '../../graph/graph.ts';
import { tensorInfoOf } from '../../onnx/value-info.ts';
import { nameHint } from '../known-names.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Where the batch stands in each input. */
export interface BatchAxes {
  /** The fixed batch size. */
  readonly size: number;
  /** Input → the axis of the batch; inputs without one are missing. */
  readonly axisOf: ReadonlyMap<string, number>;
}

/** The model's inputs as declared, without those that are constants with a default. */
export const inputsOf = (graph: Graph): readonly TensorInfo[] =>
  graph.inputs.filter(({ name }) => graph.isInput(name)).map(tensorInfoOf);

/**
 * Finds the fixed batch: the first dimension of the first input that has one, and that of the inputs alike. `written` states others as `input=axis` or
 * `input=none`. Raises `invalid-input`, or `invalid-model` where nothing is fixed.
 */
export function findBatchAxes(graph: Graph, written: readonly string[]): BatchAxes {
  const inputs = inputsOf(graph);
  const stated = parseAxes(written, inputs);
  const axis = (input: TensorInfo): number | null => (stated.has(input.name) ? stated.get(input.name)! : 0);
  const sizeAt = (input: TensorInfo): number | null => {
    const at = axis(input);
    const size = at === null ? null : input.shape?.[at];
    return typeof size === 'number' ? size : null;
  };
  const size = inputs.map(sizeAt).find((found) => found !== null);
  if (size === undefined || size === null) {
    const already = inputs.some(({ shape }) => typeof shape?.[0] === 'string' || shape?.[0] === null);
    throw new CrivoError('invalid-model', already ? say('batchDynamicAlready') : say('noBatchDimension'));
  }
  const axisOf = new Map<string, number>();
  for (const input of inputs) {
    const at = axis(input);
    if (at !== null && sizeAt(input) === size) axisOf.set(input.name, at);
    else if (typeof stated.get(input.name) === 'number') {
      throw new CrivoError(
        'invalid-input',
        say('batchElsewhere', { input: input.name, size, axis: String(at), shape: String(input.shape?.join(', ')) }),
      );
    }
  }
  return { size, axisOf };
}

function parseAxes(written: readonly string[], inputs: readonly TensorInfo[]): Map<string, number | null> {
  const names = inputs.map(({ name }) => name);
  return new Map(
    written.map((entry) => {
      const [, name, axis] = /^(.+)=(\d+|none)$/.exec(entry) ?? [];
      if (name === undefined) throw new CrivoError('invalid-input', say('axisUnusable', { entry }));
      if (!names.includes(name))
        throw new CrivoError('invalid-input', say('noInput', { name, hint: nameHint(name, names) }));
      return [name, axis === 'none' ? null : Number(axis)];
    }),
  );
}

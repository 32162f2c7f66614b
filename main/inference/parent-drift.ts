/** Runs the parent of a variant beside it and compares their outputs. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { QualityMetric } from '../../shared/measurement.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { InputSlot } from '../engine/accuracy/dataset.ts';
import { createDriftMeter } from '../engine/accuracy/drift.ts';
import type { DriftMeter } from '../engine/accuracy/drift.ts';
import { copyScaled, makeValues } from '../engine/accuracy/element-types.ts';
import type { SessionOptions, TensorValue, TensorValues } from '../engine/ports.ts';
import type { Feeds } from './cell-inputs.ts';
import { isClassScores } from './outputs.ts';
import type { Outputs } from './outputs.ts';
import { describeValues, nativeTensor, openNative, tensorValue } from './session.ts';

export interface Parent {
  /** Runs the parent on the same inputs, takes in the difference, and gives the parent's outputs. */
  readonly compare: (feeds: Feeds, outputs: Outputs, real: number) => Promise<Outputs>;
  /** The parent's outputs alone. */
  readonly run: (feeds: Feeds) => Promise<Outputs>;
  /** Of each output, the one that drifted most first. */
  readonly metrics: (dataset: string, warnings: string[]) => QualityMetric[];
  readonly release: () => Promise<void>;
}

/** Opens the parent with the session options that were timed; null with a warning where its inputs don't match. */
export async function openParent(
  path: string,
  options: SessionOptions,
  slots: readonly InputSlot[],
  warnings: string[],
): Promise<Parent | null> {
  try {
    const session = await openNative(path, options);
    return parentOf(session, splitOf(session, slots));
  } catch (error) {
    warnings.push(say('driftUnmeasured', { why: (error as Error).message }));
    return null;
  }
}

/** In how many equal parts the parent takes a batch, because its own batch is fixed at a smaller size. */
function splitOf(session: InferenceSession, slots: readonly InputSlot[]): number {
  const parts = describeValues(session.inputMetadata).map(({ name, shape }) => {
    const slot = slots.find((candidate) => candidate.name === name);
    if (slot === undefined) throw new Error(say('inputNotAmong', { input: name }));
    const [wanted, fixed] = [slot.shape[0], shape[0]];
    if (wanted === undefined || typeof fixed !== 'number' || fixed === wanted) return 1;
    if (fixed === 0 || wanted % fixed !== 0) throw new Error(say('batchFixedAt', { size: fixed }));
    return wanted / fixed;
  });
  return Math.max(1, ...parts);
}

function parentOf(session: InferenceSession, parts: number): Parent {
  const meters = new Map<string, DriftMeter>();
  const mismatched = new Set<string>();
  return {
    compare: async (feeds, outputs, real) => {
      const references = await runInParts(session, feeds, parts);
      for (const [name, reference] of references) {
        const outcome = outputs[name];
        if (outcome === undefined || outcome.values.length !== sum(reference.map(({ values }) => values.length))) {
          mismatched.add(name);
          continue;
        }
        const meter = meters.get(name) ?? createDriftMeter(isClassScores(outcome));
        meters.set(name, meter);
        addParts(meter, reference, outcome, real);
      }
      return joinParts(references);
    },
    run: async (feeds) => joinParts(await runInParts(session, feeds, parts)),
    metrics: (dataset, warnings) => {
      for (const name of mismatched) {
        warnings.push(say('driftOtherSize', { output: name }));
      }
      const byDrift = [...meters].sort(([, a], [, b]) => orLeast(a.snrDb()) - orLeast(b.snrDb()));
      if (byDrift.length < 2) return byDrift.flatMap(([, meter]) => meter.metrics(dataset));
      warnings.push(say('driftOfLargest', { output: byDrift[0]![0] }));
      return byDrift.flatMap(([output, meter]) => meter.metrics(dataset).map((metric) => ({ ...metric, output })));
    },
    release: () => session.release(),
  };
}

async function runInParts(session: InferenceSession, feeds: Feeds, parts: number): Promise<[string, TensorValue[]][]> {
  const byName = new Map<string, TensorValue[]>(session.outputNames.map((name) => [name, []]));
  for (let part = 0; part < parts; part += 1) {
    const wanted = describeValues(session.inputMetadata);
    const own = wanted.map(({ name, elementType }) => [name, partOf(feeds[name]!, elementType, part, parts)]);
    const results = await session.run(Object.fromEntries(own) as Feeds);
    for (const [name, tensor] of Object.entries(results)) byName.get(name)?.push(tensorValue(tensor));
  }
  return [...byName];
}

/** A part of a tensor along the batch, in the element type that the parent takes. */
function partOf(tensor: Tensor, elementType: string, part: number, parts: number): Tensor {
  if (parts === 1 && tensor.type === elementType) return tensor;
  const values = tensor.data as TensorValues;
  const length = values.length / parts;
  const converted = makeValues(elementType, length);
  if (converted === null) throw new Error(say('itTakes', { what: elementType }));
  copyScaled(values.subarray(part * length, (part + 1) * length) as TensorValues, 1, converted, 0);
  const [batch, ...rest] = tensor.dims;
  return nativeTensor({ elementType, shape: batch === undefined ? [] : [batch / parts, ...rest], values: converted });
}

/** The parts of each output along the batch as one tensor. */
const joinParts = (outputs: readonly (readonly [string, readonly TensorValue[]])[]): Outputs =>
  Object.fromEntries(outputs.map(([name, parts]) => [name, joined(parts)]));

function joined(parts: readonly TensorValue[]): TensorValue {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first!;
  const { elementType, shape } = first;
  const values = makeValues(elementType, first.values.length * parts.length)!;
  parts.forEach((part, index) => copyScaled(part.values, 1, values, index * first.values.length));
  const [batch = 1, ...rest] = shape;
  return { elementType, shape: [batch * parts.length, ...rest], values };
}

/** Compares as many examples as are real; where the first axis is not the batch, all is one example. */
function addParts(meter: DriftMeter, reference: readonly TensorValue[], outcome: TensorValue, real: number): void {
  const examples = outcome.shape[0] ?? 1;
  const length = outcome.values.length / examples;
  let offset = 0;
  for (const { values } of reference) {
    const here = Math.min(values.length / length, real - offset / length);
    if (here > 0) meter.add(values, outcome.values.subarray(offset) as TensorValues, here, length);
    offset += values.length;
  }
}

/** An output of which no ratio can be told (it has NaN) drifted most. */
const orLeast = (snrDb: number): number => (Number.isNaN(snrDb) ? -Infinity : snrDb);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

import { CrivoError } from '../../../../shared/errors.ts';
import { integerRange, scaleAndZeroPoint } from './affine.ts';
import type { IntegerType, ScaleZeroPoint } from './affine.ts';
import type { StaticPlan } from './plan-static.ts';
import type { ValueRange } from './thresholds.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** The tensor whose scale an activation has: itself, or the one it shares with. */
export function scaleOwner(plan: StaticPlan, tensor: string): string {
  const found = plan.activations.get(tensor);
  return found?.kind === 'shared' ? scaleOwner(plan, found.with) : tensor;
}

/** The tensor whose range is measured for an activation that owns its scale, or null where it is fixed. */
function rangeSource(plan: StaticPlan, tensor: string): string | null {
  const found = plan.activations.get(tensor);
  if (found === undefined) {
    const survivor = plan.absorbed.get(tensor);
    if (survivor === undefined) throw new Error(`"${tensor}" is not quantized`);
    return rangeSource(plan, survivor);
  }
  if (found.kind === 'fixed') return null;
  return found.kind === 'measured' ? tensor : rangeSource(plan, found.kind === 'as' ? found.tensor : found.with);
}

/** Tensors to measure, each once, in the order of the graph. */
export const measuredTensors = (plan: StaticPlan): string[] => [
  ...new Set(
    [...plan.activations.keys()]
      .map((tensor) => rangeSource(plan, scaleOwner(plan, tensor)))
      .filter((tensor) => tensor !== null),
  ),
];

/** Scale and zero point of each activation that owns one. */
export function activationParameters(
  plan: StaticPlan,
  ranges: ReadonlyMap<string, ValueRange>,
  type: IntegerType,
  symmetric: boolean,
): Map<string, ScaleZeroPoint> {
  const integers = integerRange(type, { symmetric, reduceRange: false });
  const parameters = new Map<string, ScaleZeroPoint>();
  for (const [tensor, found] of plan.activations) {
    if (found.kind === 'shared') continue;
    const source = rangeSource(plan, tensor);
    const range = found.kind === 'fixed' ? found.range : ranges.get(source ?? tensor);
    if (range === undefined) throw new CrivoError('job-failed', say('rangeMissing', { tensor }));
    parameters.set(tensor, scaleAndZeroPoint(range.low, range.high, integers, symmetric));
  }
  return parameters;
}

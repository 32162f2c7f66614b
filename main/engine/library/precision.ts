import type { ModelInspection } from '../../../shared/model.ts';

/** A short word for the element type that dominates the weights (`float32`, `int8`, `int4`); `none` without weights. */
export function precisionOf({ bytesByElementType, quantization }: ModelInspection): string {
  const packed = /(int\d+) \(MatMul(?:NBits|Bnb4)/.exec(quantization ?? '')?.[1];
  const weights = Object.entries(bytesByElementType).filter(([type]) => !['int64', 'bool', 'string'].includes(type));
  const [dominant] = weights.sort(([, a], [, b]) => b - a);
  if (dominant === undefined) return 'none';
  return dominant[0] === 'uint8' && packed !== undefined ? packed : dominant[0];
}

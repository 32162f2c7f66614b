import type { TensorInfo } from '../../../shared/model.ts';
import type { Text } from '../../text/en.ts';

/** A shape as text (`batch × 3 × 224 × 224`); `?` where a size is unknown. */
export function shapeText(shape: TensorInfo['shape'], text: Text['models']): string {
  if (shape === null) return text.unknownRank;
  if (shape.length === 0) return text.scalar;
  return shape.map((size) => size ?? '?').join(' × ');
}

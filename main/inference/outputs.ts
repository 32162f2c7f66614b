import type { TensorValue } from '../engine/ports.ts';

/** What one inference gives, by output name. */
export type Outputs = Readonly<Record<string, TensorValue>>;

/** Whether an output is a batch of class scores. */
export const isClassScores = ({ shape }: TensorValue): boolean => shape.length === 2 && shape[1]! > 1;

/** What an import reads: examples in order, one at a time, each with its label. */
import type { JudgedTask } from '../../../../shared/dataset.ts';
import type { TensorValue, TensorValues } from '../../ports.ts';

/** A label before it is stored. A mask is the path of a picture; boxes are in pixels of the original picture. */
export type RawLabel =
  | { readonly kind: 'class'; readonly index: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mask'; readonly path: string }
  | { readonly kind: 'boxes'; readonly boxes: readonly RawBox[] }
  | { readonly kind: 'values'; readonly values: TensorValues; readonly shape: readonly number[] };

export interface RawBox {
  readonly class: number;
  /** x0, y0, x1, y1. */
  readonly box: readonly [number, number, number, number];
}

/** An example that was found: a file to be decoded, or tensors by input name ('' = the first input). */
export type RawExample = { readonly source: string; readonly label: RawLabel | null } & (
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tensors'; readonly tensors: Readonly<Record<string, TensorValue>> }
  /** Found, but it can't be used. */
  | { readonly kind: 'unusable'; readonly reason: string }
);

export interface ExampleSource {
  readonly media: 'image' | 'audio' | 'numbers';
  /** How many there are; null where that is known only at the end. */
  readonly found: number | null;
  readonly task: JudgedTask | null;
  readonly notes: readonly string[];
  /** Model input → the number that all its elements have. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Tensors of different lengths are to be filled up. */
  readonly isRagged?: boolean;
  /** From the first on, each time. */
  readonly examples: () => AsyncIterable<RawExample>;
}

/** How far the tensors inside a variant are from those of the same name inside its parent. */

/** Above it, what differs is the rounding of float32 in another order. */
export const roundingSnrDb = 100;

export type LayerOutcome =
  /** Not one value differs. */
  | { readonly kind: 'equal' }
  | {
      readonly kind: 'differs';
      /** 20·log10(‖x‖/‖x−y‖) over all values of all examples. */
      readonly snrDb: number;
      /** Of the angle between both; null where one is zero. Near 1 beside a low SNR: the same, scaled. */
      readonly cosine: number | null;
      readonly maxAbsDiff: number;
    }
  /** NaN or infinite in the variant. */
  | { readonly kind: 'not finite'; readonly values: number }
  /** The variant has nothing to compare it with: why, a few words. */
  | { readonly kind: 'no counterpart'; readonly reason: string };

/** A tensor that a node of the parent writes. */
export interface LayerDrift {
  readonly tensor: string;
  /** What the node is called. */
  readonly node: string;
  readonly operator: string;
  readonly outcome: LayerOutcome;
  /** Noise power over signal power (0–1) beyond that of the noisiest tensor it was computed from; null where nothing was compared. */
  readonly addedNoise: number | null;
}

export interface LayerDriftReport {
  readonly parentSha256: string;
  readonly variantSha256: string;
  readonly dataset: string;
  readonly examples: number;
  /** In topological order of the parent. */
  readonly layers: readonly LayerDrift[];
  /** Index of the first layer that differs by more than rounding; null where none does. */
  readonly startsAt: number | null;
  /** Index of the layer that adds the most noise; null where none differs by more than rounding. */
  readonly worstAt: number | null;
  /** Things worth knowing, one sentence each. */
  readonly notes: readonly string[];
}

/** Searching for the best variant within bounds. */
import { z } from 'zod';
import type { Estimate } from './measurement.ts';

/** What a variant must keep to, and what counts: without a budget the fastest wins, with one the most accurate within it. */
export const searchBoundsSchema = z.strictObject({
  /** Points of accuracy that may be lost; needs labels. */
  maxDrop: z.number().min(0).max(100).optional(),
  /** Least signal-to-noise ratio of the outputs against the original's, dB. */
  minSnrDb: z.number().min(-1_000).max(1_000).optional(),
  /** Most median latency, ms. */
  maxLatencyMs: z.number().positive().optional(),
  maxSizeBytes: z.int().positive().optional(),
});
export type SearchBounds = z.infer<typeof searchBoundsSchema>;

/** A part of a model that is changed or left as it is, whole. */
export interface SensitiveGroup {
  /** Node that it is called by; of a group to prune, with the share of its channels that goes. */
  readonly name: string;
  readonly change: { readonly kind: 'quantize' } | { readonly kind: 'prune'; readonly share: number };
  readonly nodes: readonly string[];
  /** Multiply-accumulates of one inference that the change concerns: quantized, or saved. */
  readonly macs: number;
  /** Of the weights in float32 that the change concerns. */
  readonly weightBytes: number;
  /** Of the outputs with this group alone changed; null where they were not finite. */
  readonly snrDb: number | null;
}

/** One variant that was tried. */
export interface SearchTrial {
  /** In words: `streamlined`, `12 of 18 groups in 8 bits`, `3 of 20 cuts of channels`. */
  readonly name: string;
  readonly recipeName: string;
  readonly variantSha256: string | null;
  /** Names of the groups that were changed. */
  readonly groups: readonly string[];
  readonly sweepId: number;
  readonly runIds: readonly number[];
  /** Latency over that of the original, by rounds side by side; null where too few rounds were measured. */
  readonly ratio: Estimate | null;
  readonly latencyMs: number | null;
  readonly sizeBytes: number;
  readonly accuracy: number | null;
  /** Points lost against the original. */
  readonly drop: number | null;
  readonly snrDb: number | null;
  /** Why it can't be taken, one sentence, or null. */
  readonly rejected: string | null;
}

export interface SearchResult {
  readonly modelSha256: string;
  readonly goal: 'fastest' | 'most accurate';
  readonly groups: readonly SensitiveGroup[];
  readonly trials: readonly SearchTrial[];
  /** Index of the best trial, or null where the original is. */
  readonly best: number | null;
  /** Why, in one sentence with figures. */
  readonly reason: string;
  readonly originalLatencyMs: number | null;
  readonly originalSizeBytes: number;
  readonly originalAccuracy: number | null;
  /** Trials of this result that an earlier, interrupted search had done. */
  readonly resumed: number;
  readonly durationMs: number;
}

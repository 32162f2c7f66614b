import { z } from 'zod';

/** A recipe as written: an ordered list of passes, each a name with its options. Options are checked by the pass's own schema. */
export const recipeSchema = z.strictObject({
  name: z.string().min(1).max(100),
  description: z.string().max(1000).optional(),
  passes: z
    .array(z.strictObject({ pass: z.string().min(1), options: z.record(z.string(), z.unknown()).optional() }))
    .min(1)
    .max(50),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** What one pass did to one node or tensor, or why it left it alone. */
export interface NodeReport {
  readonly node: string;
  readonly operator: string;
  readonly outcome: 'changed' | 'left alone';
  /** What changed, or the reason it was left alone. */
  readonly reason: string;
}

/** What a pass did. */
export interface PassReport {
  readonly pass: string;
  /** One sentence, with counts (`62 of 62 convolutions quantized, per channel, u8 activations`). */
  readonly summary: string;
  readonly nodes: readonly NodeReport[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly warnings: readonly string[];
  /** Measured or counted facts that a table or chart can show, by name with unit (`macs_before`, `snr_db`). */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly durationMs: number;
}

export interface RecipeReport {
  readonly recipe: Recipe;
  readonly passes: readonly PassReport[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly durationMs: number;
}

/** One option of a pass, described for a form and for `--help`; derived from the pass's zod schema. */
export interface PassOptionDescription {
  readonly name: string;
  readonly description: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'choice' | 'list';
  readonly choices?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface PassDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Which page section it stands in. */
  readonly family: 'graph' | 'precision' | 'quantization' | 'pruning' | 'shape';
  readonly needsCalibrationData: boolean;
  readonly options: readonly PassOptionDescription[];
}

export interface RecipeDescription {
  readonly recipe: Recipe;
  readonly origin: 'built-in' | 'own';
  readonly needsCalibrationData: boolean;
}

import { z } from 'zod';
import { providerNames } from '../../../../shared/hardware.ts';
import { measureOptionsSchema } from '../../../../shared/measurement.ts';
import { conditionsSchema, graphOptimizationLevels } from '../../../../shared/sweep.ts';
import type { Cell } from '../../../../shared/sweep.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const scenarioSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single-stream') }),
  z.strictObject({ kind: z.literal('offline'), processes: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('server'),
    queriesPerSecond: z.number().positive(),
    latencyBoundMs: z.number().positive(),
  }),
]);

/** A cell as another machine's bundle has it; nothing beside its fields is taken. */
export const cellSchema = z.strictObject({
  modelSha256: sha256,
  modelName: z.string().max(200),
  variant: z.string().max(200),
  recipeHash: sha256.nullable(),
  provider: z.enum(providerNames),
  batchSize: z.int().min(1),
  threads: z.int().min(1),
  graphOptimization: z.enum(graphOptimizationLevels),
  scenario: scenarioSchema,
  inputShapes: z.record(z.string(), z.array(z.int())),
  sessionOptions: z.record(z.string(), z.string()),
  dataset: z.string().nullable(),
  measure: measureOptionsSchema,
  deadlineMs: z.number(),
  memoryLimitBytes: z.number().nullable(),
  conditions: conditionsSchema.optional(),
}) satisfies z.ZodType<Cell>;

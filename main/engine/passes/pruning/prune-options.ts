import { z } from 'zod';

/** By what a channel is judged. */
const importanceKinds = ['auto', 'l1', 'l2', 'batch-norm', 'activation'] as const;
export type ImportanceKind = (typeof importanceKinds)[number];

export const pruneOptions = z.strictObject({
  ratio: z
    .number()
    .min(0)
    .lt(1)
    .default(0.25)
    .describe('How much goes, as a share of what target counts (0.25 = a quarter).'),
  target: z
    .enum(['channels', 'parameters', 'macs', 'latency'])
    .default('macs')
    .describe(
      'What ratio counts: channels, parameters, multiply-accumulates, or latency as measured here (one thread; the result then depends on the machine).',
    ),
  importance: z
    .enum(importanceKinds)
    .default('auto')
    .describe(
      'By what a channel is judged: auto is activation with a dataset and l2 without; l1 or l2 norms of its weights, the scale of its batch normalization (which must not be folded), or activation: mean input on calibration data times weight.',
    ),
  global: z
    .boolean()
    .default(false)
    .describe(
      'Off takes the same share of each group of layers; on ranks the channels of all together, by importance for each multiply-accumulate saved.',
    ),
  maxShare: z
    .number()
    .gt(0)
    .max(0.95)
    .default(0.75)
    .describe('No group of layers loses more than this share of its channels.'),
  minChannels: z.int().min(1).max(4_096).default(4).describe('Channels that every group keeps at least.'),
  roundTo: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('What a group keeps is a multiple of this; 8 or 16 suits vector units.'),
  protect: z.array(z.string()).default([]).describe('Names of nodes whose channels all stay.'),
  only: z
    .array(z.string())
    .default([])
    .describe('Names of nodes that alone may lose channels, with those tied to them; empty for all.'),
  repair: z
    .enum(['none', 'bias', 'least-squares'])
    .default('least-squares')
    .describe(
      'On calibration data (without a dataset it is left out): bias corrects means only; least-squares fits the layers behind to what they gave before.',
    ),
});
export type PruneOptions = z.output<typeof pruneOptions>;

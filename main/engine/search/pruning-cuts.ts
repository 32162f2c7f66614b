/** The cuts of channels that a search can make, one group at a time, with the drift of each alone. */
import type { PruningAnalysis } from '../../../shared/pruning.ts';
import type { SensitiveGroup } from '../../../shared/search.ts';
import { defaultAnalysisOptions } from '../passes/pruning/analyze-pruning.ts';
import type { AnalysisOptions } from '../passes/pruning/analyze-pruning.ts';

/** ONNX Runtime's fast convolutions take blocks of 8 channels: with counts in between, less arithmetic can be slower. */
export const wholeBlocks = 8;

/** A quarter and half of each group, on as few examples as rank them. */
export const cutAnalysis: AnalysisOptions = {
  ...defaultAnalysisOptions,
  ...{ ratios: [0.25, 0.5], roundTo: wholeBlocks, examples: 8 },
};

/** A group for each share of each group of channels that was measured; none for those that are locked. */
export function pruningCuts({ groups, macs, parameters }: PruningAnalysis): readonly SensitiveGroup[] {
  return groups.flatMap(({ name, layers, macsShare, parametersShare, drift }) =>
    drift.map(({ ratio, snrDb }): SensitiveGroup => ({
      name: `${name} −${Math.round(100 * ratio)}%`,
      change: { kind: 'prune', share: ratio },
      nodes: layers,
      macs: Math.round((macsShare ?? 0) * ratio * macs),
      weightBytes: Math.round((parametersShare ?? 0) * ratio * parameters) * Float32Array.BYTES_PER_ELEMENT,
      snrDb: Number.isFinite(snrDb) ? snrDb : null,
    })),
  );
}

import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { LayerDriftReport } from '../../../../shared/layer-drift.ts';
import type { Library } from '../../library/library.ts';
import type { DatasetFiles, JobOptions, JobRunner } from '../../ports.ts';
import type { AnalysisStore } from '../../store/analyses.ts';
import { canonicalHash } from '../../store/canonical-json.ts';

export interface LayerDriftOrder {
  /** Null for the model that the variant was made from. */
  readonly parentSha256: string | null;
  readonly variantSha256: string;
  readonly dataset: DatasetFiles;
  readonly examples: number;
}

export interface LayerDrifts {
  /** Computed once for two models, their data and this CPU. Raises `invalid-input` (no parent), `invalid-dataset`, `cancelled`, `job-failed`. */
  readonly measure: (order: LayerDriftOrder, options?: JobOptions) => Promise<LayerDriftReport>;
}

/** Raised whenever the same order gives other figures. */
const version = 1;
/** Drift shows where it starts long before it settles. */
export const defaultLayerExamples = 8;

export function createLayerDrifts({
  analyses,
  library,
  jobs,
  isa,
}: {
  readonly analyses: AnalysisStore;
  readonly library: Library;
  readonly jobs: JobRunner;
  readonly isa: () => Promise<readonly string[]>;
}): LayerDrifts {
  return {
    measure: async ({ variantSha256, dataset, examples, ...order }, options = {}) => {
      const parentSha256 = order.parentSha256 ?? library.resolve(variantSha256).lineage?.parentSha256 ?? null;
      if (parentSha256 === null)
        throw new CrivoError('invalid-input', say('madeFromNoOther', { model: library.resolve(variantSha256).name }));
      const key = canonicalHash({
        ...{ kind: 'layer-drift', version, parentSha256, variantSha256, examples },
        ...{ data: dataset.sha256, constants: dataset.constants, isa: await isa() },
      });
      const known = analyses.find(key);
      if (known !== null) return { ...(known as LayerDriftReport), dataset: dataset.name };
      const measured = await jobs.run(
        'measure-layer-drift',
        {
          parentPath: library.pathOf(parentSha256),
          variantPath: library.pathOf(variantSha256),
          ...{ dataset, examples },
        },
        options,
      );
      const report = { parentSha256, variantSha256, dataset: dataset.name, ...measured };
      analyses.save(key, report);
      return report;
    },
  };
}

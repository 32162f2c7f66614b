import { CrivoError } from '../../../shared/errors.ts';
import type { PruningAnalysis } from '../../../shared/pruning.ts';
import type { Library } from '../library/library.ts';
import { calibrationSha256 } from '../passes/calibration-source.ts';
import type { AnalysisOptions } from '../passes/pruning/analyze-pruning.ts';
import type { DatasetFiles, JobOptions, JobRunner } from '../ports.ts';
import { canonicalHash } from '../store/canonical-json.ts';
import type { AnalysisStore } from '../store/analyses.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface PruningAnalysisOrder {
  readonly modelSha256: string;
  readonly dataset: DatasetFiles | null;
  readonly options: AnalysisOptions;
}

export interface PruningAnalyses {
  /** Computed once for a model, its data and the options. Raises `invalid-input`, `invalid-dataset`, `cancelled`, `job-failed`. */
  readonly analyze: (order: PruningAnalysisOrder, options?: JobOptions) => Promise<PruningAnalysis>;
}

/** Raised whenever the same order gives other figures. */
const version = 1;

export function createPruningAnalyses({
  analyses,
  library,
  jobs,
}: {
  readonly analyses: AnalysisStore;
  readonly library: Library;
  readonly jobs: JobRunner;
}): PruningAnalyses {
  return {
    analyze: async ({ modelSha256, dataset, options }, jobOptions = {}) => {
      const { name, inspection } = library.resolve(modelSha256);
      if (inspection.quantization !== null)
        throw new CrivoError(
          'invalid-input',
          say('pruneOriginalOf', { model: name, quantization: inspection.quantization }),
        );
      const data = dataset === null ? null : await calibrationSha256(dataset);
      const key = canonicalHash({ kind: 'pruning', version, modelSha256, data, options });
      const known = analyses.find(key);
      if (known !== null) return known as PruningAnalysis;
      const modelPath = library.pathOf(modelSha256);
      const made = await jobs.run('analyze-pruning', { modelPath, dataset, options }, jobOptions);
      analyses.save(key, made);
      return made;
    },
  };
}

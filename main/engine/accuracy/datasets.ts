/** The datasets that can be named in sweeps, recipes and commands. */
import type { DatasetDetail, DatasetSummary } from '../../../shared/dataset.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { KnownDataset } from './bundled-datasets.ts';

export interface Datasets {
  /** By name. */
  readonly list: () => readonly KnownDataset[];
  /** Undefined where none has that name. */
  readonly get: (name: string) => KnownDataset | undefined;
  /** Raises `not-found` with the names that there are. */
  readonly find: (name: string) => KnownDataset;
}

/** What lists show of a dataset. */
export function datasetSummary(detail: DatasetDetail): DatasetSummary {
  const { name, sha256, examples, calibrationExamples, labelled, description, kind, task } = detail;
  const { inputs, sizeBytes, addedAt } = detail;
  return {
    ...{ name, sha256, examples, calibrationExamples, labelled, description, kind, task },
    ...{ inputs, sizeBytes, addedAt },
  };
}

export function createDatasets(bundled: readonly KnownDataset[]): Datasets {
  const get = (name: string): KnownDataset | undefined => bundled.find(({ files }) => files.name === name);
  return {
    list: () => bundled,
    get,
    find: (name) => {
      const found = get(name);
      if (found !== undefined) return found;
      const names = bundled.map(({ files }) => files.name).join(', ');
      throw new CrivoError('not-found', `There is no dataset "${name}"; there are: ${names}.`);
    },
  };
}

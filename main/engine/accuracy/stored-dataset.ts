/** A dataset as the data folder keeps it: its manifest beside its files. */
import { join } from 'node:path';
import type { DatasetDetail, JudgedTask } from '../../../shared/dataset.ts';
import type { DatasetFiles, Normalization } from '../ports.ts';
import type { KnownDataset } from './bundled-datasets.ts';

export interface StoredInput {
  readonly inputName: string | null;
  /** In the dataset's folder. */
  readonly file: string;
  readonly sha256: string;
  readonly normalization: Normalization;
}

export interface StoredDataset {
  readonly detail: DatasetDetail;
  readonly inputs: readonly StoredInput[];
  readonly calibration: readonly StoredInput[] | null;
  readonly constants: Readonly<Record<string, number>>;
  readonly target: { readonly task: JudgedTask; readonly file: string } | null;
}

/** The dataset in a folder. */
export function knownDataset(
  { detail, inputs, calibration, constants, target }: StoredDataset,
  folder: string,
): KnownDataset {
  const located = (list: readonly StoredInput[]): DatasetFiles['inputs'] =>
    list.map(({ file, ...input }) => ({ ...input, path: join(folder, file) }));
  return {
    detail,
    files: {
      ...{ name: detail.name, sha256: detail.sha256, constants },
      inputs: located(inputs),
      calibration: calibration === null ? null : located(calibration),
      target: target === null ? null : { task: target.task, path: join(folder, target.file) },
    },
  };
}

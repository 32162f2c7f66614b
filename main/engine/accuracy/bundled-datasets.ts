/** The datasets that come with the program. */
import { join } from 'node:path';
import type { DatasetSummary } from '../../../shared/contract.ts';
import type { DatasetFiles } from '../ports.ts';

export interface KnownDataset {
  readonly files: DatasetFiles;
  readonly summary: DatasetSummary;
  readonly exampleShape: readonly number[];
}

/** By name, from the program's resources. */
export function bundledDatasets(resourcesFolder: string): ReadonlyMap<string, KnownDataset> {
  const folder = join(resourcesFolder, 'data', 'digits');
  const digits: KnownDataset = {
    files: {
      name: 'digits',
      inputsPath: join(folder, 'images.npy'),
      labelsPath: join(folder, 'labels.npy'),
      calibrationPath: join(folder, 'calibration.npy'),
      // Stored as bytes; the models take [0, 1].
      scale: 1 / 255,
      inputName: null,
    },
    summary: {
      name: 'digits',
      examples: 1_000,
      labelled: true,
      description: '1,000 handwritten digits of MNIST with their labels, and 200 others for calibration',
    },
    exampleShape: [1, 28, 28],
  };
  return new Map([[digits.files.name, digits]]);
}

/** The datasets that come with the program. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetDetail } from '../../../shared/dataset.ts';
import type { DatasetFiles } from '../ports.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** A dataset of the library or of the program: how it is read, and what is known of it. */
export interface KnownDataset {
  readonly files: DatasetFiles;
  readonly detail: DatasetDetail;
}

const digitNames = Array.from({ length: 10 }, (_, digit) => String(digit));
const perClass = 100;

/** From the program's resources. */
export function bundledDatasets(resourcesFolder: string): readonly KnownDataset[] {
  const folder = join(resourcesFolder, 'data', 'digits');
  const path = (file: string): string => join(folder, file);
  const sha256 = hashOf(['images.npy', 'labels.npy', 'calibration.npy'].map(path));
  // Stored as bytes; the models take [0, 1].
  const normalization = { scale: 1 / 255, mean: [0], deviation: [1], channelAxis: null };
  const input = (file: string) => ({ inputName: null, path: path(file), sha256: null, normalization });
  const judged = { kind: 'classes', classNames: digitNames } as const;
  const digits: KnownDataset = {
    files: {
      name: 'digits',
      sha256,
      inputs: [input('images.npy')],
      calibration: [input('calibration.npy')],
      constants: {},
      target: { task: judged, path: path('labels.npy') },
    },
    detail: {
      ...{ name: 'digits', sha256, examples: 1_000, calibrationExamples: 200, labelled: true },
      description: say('digitsDescription'),
      ...{ kind: 'image', task: 'classes', judged, constants: {} },
      inputs: [{ inputName: null, elementType: 'uint8', shape: [1, 28, 28] }],
      preparation: {
        ...{ kind: 'image', fit: 'stretch', width: 28, height: 28, channels: 'gray', layout: 'nchw' },
        ...{ scale: 1 / 255, mean: [0], deviation: [1] },
      },
      classCounts: digitNames.map((name) => ({ name, count: perClass })),
      skipped: { count: 0, listed: [] },
      sizeBytes: ['images.npy', 'labels.npy', 'calibration.npy'].reduce(
        (sum, file) => sum + statSync(path(file)).size,
        0,
      ),
      ...{ addedAt: null, importedFrom: null, notes: [] },
    },
  };
  return [digits];
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

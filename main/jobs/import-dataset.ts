import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CrivoError } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { importDataset } from '../engine/accuracy/import/import-dataset.ts';
import type { PictureDecoder } from '../engine/accuracy/import/prepare-example.ts';
import { isDiskFull, storageError } from '../engine/store/storage-error.ts';
import type { JobHandler } from './job-handlers.ts';

/** Reads examples into NumPy files in the job's folder. Raises also `storage` where the disk takes no more of them. */
export const importDatasetJob: JobHandler<'import-dataset'> = async (
  { request, folder, dataFolder, limit },
  { signal, progress },
) => {
  const parts = { folder: join(folder, 'dataset'), scratchFolder: join(folder, 'scratch') };
  await mkdir(parts.folder, { recursive: true });
  await mkdir(parts.scratchFolder, { recursive: true });
  let told = 0;
  return importDataset(request, {
    ...{ ...parts, limit, decoder: lazyDecoder() },
    progress: (fraction, message) => {
      if (signal.aborted) throw new CrivoError('cancelled', say('importCancelled'));
      told += 1;
      // Else the heap grows with the list of files, by several times of what is alive.
      if (told % examplesUntilFreed === 0) globalThis.gc?.();
      progress(fraction, message);
    },
  }).catch((error: unknown) => {
    // Only what writing alone can meet: other codes are of the files that are read.
    throw isDiskFull(error) ? storageError(error, dataFolder) : error;
  });
};

const examplesUntilFreed = 2_000;

/** Loads libvips with the first picture only: other imports start faster without it. */
function lazyDecoder(): PictureDecoder {
  const loaded = (): Promise<PictureDecoder> =>
    import('./decode-pictures.ts').then(
      ({ pictureDecoder }) => pictureDecoder,
      (cause: unknown) => {
        throw new CrivoError('unavailable', say('noPictureDecoder'), {
          cause,
          detail: (cause as Error).message,
        });
      },
    );
  return {
    picture: async (path, preparation) => (await loaded()).picture(path, preparation),
    mask: async (path, preparation) => (await loaded()).mask(path, preparation),
  };
}

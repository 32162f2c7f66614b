/** Labels that are whole numbers, one for each example. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { openNpy } from './npy.ts';

/** The class of each example from a NumPy file. Raises `invalid-dataset` where there isn't one for each. */
export async function readClassLabels(dataset: string, path: string, exampleCount: number): Promise<Int32Array> {
  const file = await openNpy(path);
  try {
    if (file.rowCount !== exampleCount || file.rowLength !== 1) {
      throw new CrivoError(
        'invalid-dataset',
        say('labelsOfShape', { dataset, exampleCount, shape: file.shape.join(', ') }),
      );
    }
    return Int32Array.from((await file.readRows(0, file.rowCount)) as ArrayLike<number | bigint>, Number);
  } finally {
    await file.close();
  }
}

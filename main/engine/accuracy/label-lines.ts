/** Labels as JSON Lines: one JSON value for each example. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Reads them all. Raises `invalid-dataset` where they are not as many as the examples, or not readable. */
export async function readJsonLines<Label>(
  dataset: string,
  path: string,
  exampleCount: number,
  read: (value: unknown) => Label,
): Promise<Label[]> {
  const labels: Label[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line !== '') labels.push(read(JSON.parse(line)));
    }
  } catch (cause) {
    throw new CrivoError('invalid-dataset', say('labelsUnreadable', { dataset }), {
      cause,
      detail: `${path}: ${(cause as Error).message}`,
    });
  }
  if (labels.length === exampleCount) return labels;
  throw new CrivoError(
    'invalid-dataset',
    say('labelsUneven', { dataset, examples: exampleCount, labels: labels.length }),
  );
}

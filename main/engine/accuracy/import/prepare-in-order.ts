/** Found examples as prepared ones, in their order, with few in memory at a time. */
import type { AudioPreparation, Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { prepareExample, windowsOf } from './prepare-example.ts';
import type { PictureDecoder, PreparedExample, SinglePreparation } from './prepare-example.ts';
import type { RawExample } from './source.ts';

/** A prepared example, or why one can't be used, in a few words. */
export type Outcome = PreparedExample | { readonly source: string; readonly reason: string };

/** Examples that are decoded at once; each holds one picture. */
const atOnce = 8;

/** @param most windows of one recording */
export function preparedInOrder(
  examples: AsyncIterable<RawExample>,
  preparation: Preparation,
  { decoder, most }: { readonly decoder: PictureDecoder; readonly most: number },
): AsyncGenerator<Outcome> {
  return preparation.kind === 'audio'
    ? windowsInOrder(examples, preparation, most)
    : severalAtOnce(examples, preparation, decoder);
}

async function* severalAtOnce(
  examples: AsyncIterable<RawExample>,
  preparation: SinglePreparation,
  decoder: PictureDecoder,
): AsyncGenerator<Outcome> {
  const waiting: Promise<Outcome>[] = [];
  for await (const raw of examples) {
    waiting.push(outcomeOf(raw, preparation, decoder));
    if (waiting.length >= atOnce) yield await waiting.shift()!;
  }
  for (const outcome of waiting) yield await outcome;
}

async function outcomeOf(raw: RawExample, preparation: SinglePreparation, decoder: PictureDecoder): Promise<Outcome> {
  if (raw.kind === 'unusable') return raw;
  try {
    return await prepareExample(raw, preparation, decoder);
  } catch (error) {
    return unusable(raw, error);
  }
}

async function* windowsInOrder(
  recordings: AsyncIterable<RawExample>,
  preparation: AudioPreparation,
  most: number,
): AsyncGenerator<Outcome> {
  for await (const raw of recordings) {
    if (raw.kind !== 'file') {
      if (raw.kind === 'unusable') yield raw;
      continue;
    }
    let windows = 0;
    try {
      for await (const window of windowsOf(raw, preparation)) {
        yield window;
        windows += 1;
        if (windows === most) break;
      }
    } catch (error) {
      yield unusable(raw, error);
    }
  }
}

/** Why an example is left out; what is no fault of its own is raised again. */
function unusable({ source }: RawExample, error: unknown): Outcome {
  if (error instanceof CrivoError && error.kind === 'invalid-dataset') return { source, reason: error.message };
  throw error;
}

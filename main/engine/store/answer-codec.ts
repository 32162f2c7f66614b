/** Answers as compressed bytes: a message as it travels over a socket, then zstd. */
import { decodeMessage, encodeMessage } from '../../../shared/wire.ts';
import type { Answers } from '../accuracy/answers.ts';
import { compress, decompress } from './compression.ts';

export interface PackedAnswers {
  readonly encoding: string;
  readonly data: Buffer;
}

export async function packAnswers(answers: Answers): Promise<PackedAnswers> {
  const { encoding, bytes } = await compress(encodeMessage(answers), 'zstd');
  return { encoding, data: bytes };
}

/** The answers again. Raises `unavailable` where this Node can't read the compression. */
export const unpackAnswers = ({ encoding, data }: { readonly encoding: string; readonly data: Uint8Array }): Answers =>
  decodeMessage(decompress(encoding, data)) as Answers;

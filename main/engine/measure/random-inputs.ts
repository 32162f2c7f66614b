/** Seeded inputs for a model without data, drawn by what the input declares. */
import type { Random } from './seeded-random.ts';

/** What is known of the input. */
export interface RandomInput {
  readonly name: string;
  readonly elementType: string;
  readonly shape: readonly number[];
}

/** Token ids and other indices stay small, so that they fall inside any vocabulary. */
const largestIndex = 100;
/** The sample rate that speech models take where they ask for it. */
const usualSampleRateHz = 16_000;

/**
 * A number for one element: images (4 axes, 1 or 3 channels) uniform in [0, 1), other floats standard normal;
 * masks 1; token types 0; sample rates 16,000; bytes over their range; other integers indices below 100; bool 0 or 1.
 */
export function randomElement({ name, elementType, shape }: RandomInput, random: Random): () => number {
  if (/^(float|bfloat)/.test(elementType)) return isImage(shape) ? random : () => standardNormal(random);
  if (elementType === 'bool') return () => (random() < 0.5 ? 0 : 1);
  if (/mask/i.test(name)) return () => 1;
  if (/token_type|segment/i.test(name)) return () => 0;
  if (/^(sr|sample_?rate|sampling_?rate)$/i.test(name)) return () => usualSampleRateHz;
  if (elementType === 'uint8') return () => Math.floor(random() * 256);
  if (elementType === 'int8') return () => Math.floor(random() * 256) - 128;
  return () => Math.floor(random() * largestIndex);
}

const isImage = (shape: readonly number[]): boolean =>
  shape.length === 4 && [1, 3].some((channels) => shape[1] === channels || shape[3] === channels);

/** Box & Muller 1958. */
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

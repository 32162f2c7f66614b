/** One found example as the tensors and the label that are stored. */
import type { AudioPreparation, ImagePreparation, NumberPreparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { TensorValue, TensorValues } from '../../ports.ts';
import type { RawExample, RawLabel } from './source.ts';
import { openWav } from './wav.ts';

/** Where a pixel of the original went: `x' = x × scale + offset`. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Decodes pictures; in a job process only. Rejects with `CrivoError` that says in a few words what is wrong. */
export interface PictureDecoder {
  /** Bytes in the preparation's layout. */
  readonly picture: (
    path: string,
    preparation: ImagePreparation,
  ) => Promise<{ readonly values: Uint8Array; readonly placement: Placement }>;
  /** The class of each pixel at the preparation's size. */
  readonly mask: (path: string, preparation: ImagePreparation) => Promise<Uint8Array>;
}

export interface PreparedExample {
  readonly source: string;
  /** By input name; '' is the first input. */
  readonly tensors: Readonly<Record<string, TensorValue>>;
  readonly label: PreparedLabel | null;
}

export type PreparedLabel =
  | Exclude<RawLabel, { kind: 'mask' }>
  | { readonly kind: 'mask'; readonly mask: Uint8Array; readonly shape: readonly number[] };

const imageShape = ({ layout, channels, width, height }: ImagePreparation): readonly number[] => {
  const depth = channels === 'gray' ? 1 : 3;
  return layout === 'nchw' ? [depth, height, width] : [height, width, depth];
};

/** What gives one example of what was found. */
export type SinglePreparation = ImagePreparation | NumberPreparation;

/** One example of a picture or of numbers. Raises `CrivoError` where it can't be used. */
export async function prepareExample(
  raw: Exclude<RawExample, { kind: 'unusable' }>,
  preparation: SinglePreparation,
  decoder: PictureDecoder,
): Promise<PreparedExample> {
  if (raw.kind === 'file' && preparation.kind === 'image') return preparePicture(raw, preparation, decoder);
  if (raw.kind !== 'tensors' || preparation.kind !== 'numbers')
    throw new Error(`no preparation of ${raw.kind} by ${preparation.kind}`);
  const tensors = Object.entries(raw.tensors).map(([name, tensor]) => [name, filledUp(tensor, preparation)] as const);
  if (raw.label?.kind === 'mask') throw new Error('a mask of numbers');
  return { source: raw.source, tensors: Object.fromEntries(tensors), label: raw.label };
}

type RawFile = Extract<RawExample, { kind: 'file' }>;

async function preparePicture(
  { source, path, label }: RawFile,
  preparation: ImagePreparation,
  decoder: PictureDecoder,
): Promise<PreparedExample> {
  const { values, placement } = await decoder.picture(path, preparation);
  const tensors = { '': { elementType: 'uint8', shape: imageShape(preparation), values } };
  if (label?.kind === 'mask')
    return {
      source,
      tensors,
      label: {
        kind: 'mask',
        mask: await decoder.mask(label.path, preparation),
        shape: [preparation.height, preparation.width],
      },
    };
  return { source, tensors, label: label?.kind === 'boxes' ? placed(label, placement, preparation) : label };
}

/** Boxes where they are in the prepared picture; what is cut off is left out. */
function placed(
  { boxes }: Extract<RawLabel, { kind: 'boxes' }>,
  { scaleX, scaleY, offsetX, offsetY }: Placement,
  { width, height }: ImagePreparation,
): PreparedLabel {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  const moved = boxes.map(({ class: at, box: [x0, y0, x1, y1] }) => ({
    class: at,
    box: [
      within(x0 * scaleX + offsetX, width),
      within(y0 * scaleY + offsetY, height),
      within(x1 * scaleX + offsetX, width),
      within(y1 * scaleY + offsetY, height),
    ] as const,
  }));
  return { kind: 'boxes', boxes: moved.filter(({ box: [x0, y0, x1, y1] }) => x1 > x0 && y1 > y0) };
}

/** An example for each window of a recording, one in memory at a time. Raises `CrivoError` where it can't be used. */
export async function* windowsOf(
  { source, path, label }: RawFile,
  { sampleRateHz, windowSamples, hopSamples }: AudioPreparation,
): AsyncGenerator<PreparedExample> {
  if (label !== null && (label.kind === 'mask' || label.kind === 'boxes'))
    throw new CrivoError('invalid-dataset', say('labelNotOfRecording'));
  const wav = await openWav(path);
  try {
    if (wav.sampleRateHz !== sampleRateHz) {
      throw new CrivoError('invalid-dataset', say('otherRate', { own: wav.sampleRateHz, wanted: sampleRateHz }));
    }
    if (wav.frames < windowSamples)
      throw new CrivoError('invalid-dataset', say('shorterThanWindow', { samples: windowSamples }));
    for (let from = 0; from + windowSamples <= wav.frames; from += hopSamples) {
      const values = await wav.read(from, windowSamples);
      const tensors = { '': { elementType: 'float32', shape: [windowSamples], values } };
      yield { source: `${source}, ${(from / sampleRateHz).toFixed(3)} s`, tensors, label };
    }
  } finally {
    await wav.close();
  }
}

/** How many windows a recording has; 0 where its rate is another. Raises `CrivoError` where it can't be read. */
export async function windowCountOf(
  path: string,
  { sampleRateHz, windowSamples, hopSamples }: AudioPreparation,
): Promise<number> {
  const wav = await openWav(path);
  await wav.close();
  if (wav.sampleRateHz !== sampleRateHz || wav.frames < windowSamples) return 0;
  return 1 + Math.floor((wav.frames - windowSamples) / hopSamples);
}

/** A list at the length of the preparation. */
function filledUp(tensor: TensorValue, { length, fill = 0 }: NumberPreparation): TensorValue {
  if (length === undefined || tensor.shape.length !== 1 || tensor.values.length === length) return tensor;
  const values = new (tensor.values.constructor as new (length: number) => TensorValues)(length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(BigInt(Math.round(fill)));
  else values.fill(fill);
  const kept = tensor.values.subarray(0, length);
  (values as Float32Array).set(kept as Float32Array);
  return { ...tensor, shape: [length], values };
}

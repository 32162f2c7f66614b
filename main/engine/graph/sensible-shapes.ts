/**
 * Concrete sizes for inputs with dynamic dimensions. In this order:
 * 1. A fixed dimension stays, and a given shape (`inputShapes`) is taken as it is.
 * 2. A symbol that a given shape settles has that size in every input.
 * 3. A batch (a symbol with "batch", or a dynamic first dimension beside others) has size `batch`.
 * 4. State that recurs (inputs named state, hidden, h, c, cache, past …): its other dynamic dimensions are `batch`, but a length
 *    of the past is `pastLength`.
 * 5. Images (4 dimensions with 1, 3 or 4 channels; or 3 with channels first): a dynamic height or width is that of the
 *    other; text lines (height 32 or 48) are 320 wide; where both are dynamic 224 × 224. Unknown channels are 3.
 * 6. Video (5 dimensions): 8 frames of 112 × 112.
 * 7. A waveform (floats, batch × samples): 512 samples.
 * 8. Any other length (tokens, frames): 128; totals of past and present lengths are the sum.
 */
import type { Dimension, TensorInfo } from '../../../shared/model.ts';

const imageSide = 224;
const textLineHeights: readonly number[] = [32, 48];
const textLineWidth = 320;
const videoSide = 112;
const videoFrames = 8;
const waveformSamples = 512;
const sequenceLength = 128;
const pastLength = 128;

const batchSymbol = /batch|^n$|^b$|^bs$/i;
const pastSymbol = /past/i;
const totalSymbol = /total|past.*\+|\+.*past/i;
const stateName = /state|hidden|cache|past|^[hc]n?[_.\d]*$/i;

/** A value for a scalar input that decides what the model does: 16,000 Hz for a sampling rate, else 0. */
export const sensibleValue = (inputName: string): number => (/^(sr|sampl(e|ing)_?rate)$/i.test(inputName) ? 16_000 : 0);

/** Concrete shape by input name, as `sensibleShape` gives them. Symbols that given shapes settle have that size everywhere. */
export function sensibleShapes(
  inputs: readonly TensorInfo[],
  given: Readonly<Record<string, readonly number[]>> = {},
  batch = 1,
): Record<string, readonly number[]> {
  const settled = settledSymbols(inputs, given);
  return Object.fromEntries(
    inputs.map((input) => [input.name, given[input.name] ?? sensibleShape(input, batch, settled)]),
  );
}

/** A concrete shape for an input, by the rules at the top of this file; `settled` are sizes of symbols that are known. An unknown rank gives `[batch]`. */
function sensibleShape(
  input: TensorInfo,
  batch = 1,
  settled: ReadonlyMap<string, number> = new Map(),
): readonly number[] {
  const shape = input.shape ?? [null];
  return shape.map((size, axis) => {
    if (typeof size === 'number') return size;
    if (typeof size === 'string' && settled.has(size)) return settled.get(size)!;
    return dynamicSize(input, shape, axis, batch);
  });
}

function settledSymbols(
  inputs: readonly TensorInfo[],
  given: Readonly<Record<string, readonly number[]>>,
): Map<string, number> {
  const settled = new Map<string, number>();
  for (const { name, shape } of inputs) {
    shape?.forEach((size, axis) => {
      const known = given[name]?.[axis];
      if (typeof size === 'string' && known !== undefined) settled.set(size, known);
    });
  }
  return settled;
}

function dynamicSize(input: TensorInfo, shape: readonly Dimension[], axis: number, batch: number): number {
  const symbol = typeof shape[axis] === 'string' ? shape[axis] : '';
  if (totalSymbol.test(symbol)) return pastLength + sequenceLength;
  if (pastSymbol.test(symbol)) return pastLength;
  if (batchSymbol.test(symbol)) return batch;
  const spatial = spatialSize(input, shape, axis);
  if (spatial !== null) return spatial;
  if (axis === 0 && !/seq|len|time|frame|token/i.test(symbol)) return batch;
  if (stateName.test(input.name)) return shape.length >= 4 && axis === 2 ? pastLength : batch;
  if (shape.length === 2 && input.elementType.startsWith('float')) return waveformSamples;
  return sequenceLength;
}

/** The size of an image's or video's axis, or null where the input is none or the axis is its batch. */
function spatialSize(input: TensorInfo, shape: readonly Dimension[], axis: number): number | null {
  if (stateName.test(input.name) || !/^(float|uint8|int8|bfloat)/.test(input.elementType)) return null;
  const isChannels = (size: Dimension | undefined): boolean => size === 1 || size === 3 || size === 4;
  if (shape.length === 5) return axis === 0 ? null : axis === 1 ? 3 : axis === 2 ? videoFrames : videoSide;
  if (shape.length === 3 && isChannels(shape[0]) && typeof shape[1] !== 'number' && typeof shape[2] !== 'number')
    return imageSide;
  if (shape.length !== 4) return null;
  const channelsLast = isChannels(shape[3]) && !isChannels(shape[1]);
  const [height, width] = channelsLast ? [1, 2] : [2, 3];
  if (axis === 0) return null;
  if (axis !== height && axis !== width) return 3;
  const other = shape[axis === height ? width : height];
  if (typeof other !== 'number') return imageSide;
  return axis === width && textLineHeights.includes(other) ? textLineWidth : other;
}

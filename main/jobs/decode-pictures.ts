/** Decodes pictures with sharp (libvips), in job processes only. */
import { readFileSync, statSync } from 'node:fs';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { ImagePreparation } from '../../shared/dataset.ts';
import { CrivoError } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { PictureDecoder, Placement } from '../engine/accuracy/import/prepare-example.ts';

// Many pictures are decoded at once, one thread each: faster than many threads on one small picture.
sharp.concurrency(1);
// Every picture is read once.
sharp.cache(false);

/** A compressed picture may claim any size: more pixels than this are refused before they are decoded. */
const mostPixels = 100_000_000;
const mostBytesAtOnce = 8e6;

export const pictureDecoder: PictureDecoder = { picture: decodePicture, mask: decodeMask };

async function decodePicture(path: string, preparation: ImagePreparation): ReturnType<PictureDecoder['picture']> {
  const { channels, invert } = preparation;
  try {
    const picture = open(path);
    const { width, height, space, hasAlpha, depth } = await picture.metadata();
    const geometry = geometryOf(width, height, preparation);
    // Most pictures are what is wanted already; each step that they need not take costs a tenth of their time.
    const opaque = hasAlpha ? picture.removeAlpha() : picture;
    const isWanted = channels !== 'gray' && space === 'srgb' && depth === 'uchar';
    const colored = isWanted ? opaque : opaque.toColourspace(channels === 'gray' ? 'b-w' : 'srgb');
    const fitted = fit(invert === true ? colored.negate() : colored, geometry, preparation, 'linear');
    const { data, info } = await fitted.raw().toBuffer({ resolveWithObject: true });
    const expected = channels === 'gray' ? 1 : 3;
    if (info.channels !== expected)
      throw new CrivoError('invalid-dataset', say('otherChannels', { own: info.channels, expected }));
    return { values: laidOut(data, preparation), placement: geometry.placement };
  } catch (error) {
    throw unreadable(error);
  }
}

async function decodeMask(path: string, preparation: ImagePreparation): Promise<Uint8Array> {
  try {
    const mask = open(path);
    const { width, height, isPalette } = await mask.metadata();
    if (isPalette === true) {
      throw new CrivoError('invalid-dataset', say('maskOfColours'));
    }
    const fitted = fit(mask.extractChannel(0), geometryOf(width, height, preparation), preparation, 'nearest');
    return new Uint8Array(await fitted.raw().toBuffer());
  } catch (error) {
    throw unreadable(error);
  }
}

/**
 * One read of the file serves its header and its pixels. It is read at once: this thread has little else to do, and each
 * step that waits for another thread takes longer than the read.
 */
function open(path: string): Sharp {
  // Large ones are read as they are decoded.
  const source = statSync(path).size <= mostBytesAtOnce ? readFileSync(path) : path;
  return sharp(source, { limitInputPixels: mostPixels, sequentialRead: true, failOn: 'error' });
}

interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly placement: Placement;
}

/** The size a picture is scaled to, and where the network's window lies in it. */
function geometryOf(
  sourceWidth: number,
  sourceHeight: number,
  { fit: how, width, height, resize }: ImagePreparation,
): Geometry {
  const scales = [width / sourceWidth, height / sourceHeight] as const;
  const one =
    how === 'cover'
      ? resize === undefined
        ? Math.max(...scales)
        : resize / Math.min(sourceWidth, sourceHeight)
      : Math.min(...scales);
  const scaled = (size: number, target: number): number => {
    if (how === 'stretch') return target;
    return Math.max(1, Math.round(size * one));
  };
  const [scaledWidth, scaledHeight] = [scaled(sourceWidth, width), scaled(sourceHeight, height)];
  const left = how === 'cover' ? Math.max(0, Math.round((scaledWidth - width) / 2)) : 0;
  const top = how === 'cover' ? Math.max(0, Math.round((scaledHeight - height) / 2)) : 0;
  return {
    ...{ width: scaledWidth, height: scaledHeight, left, top },
    placement: {
      ...{ scaleX: scaledWidth / sourceWidth, scaleY: scaledHeight / sourceHeight },
      ...{ offsetX: -left, offsetY: -top },
    },
  };
}

function fit(
  picture: Sharp,
  { width, height, left, top }: Geometry,
  preparation: ImagePreparation,
  kernel: 'linear' | 'nearest',
): Sharp {
  const resized = picture.resize({ width, height, fit: 'fill', kernel });
  if (preparation.fit === 'stretch') return resized;
  const window = { width: Math.min(width, preparation.width), height: Math.min(height, preparation.height) };
  const cut = resized.extract({ left, top, ...window });
  const gray = kernel === 'nearest' ? (preparation.fill ?? 0) : (preparation.fill ?? 0);
  const [right, bottom] = [preparation.width - window.width, preparation.height - window.height];
  if (right === 0 && bottom === 0) return cut;
  return cut.extend({ right, bottom, background: { r: gray, g: gray, b: gray } });
}

/** Rows of pixels as sharp gives them, in the preparation's order of channels and axes. */
function laidOut(data: Buffer, { channels, layout, width, height }: ImagePreparation): Uint8Array {
  // sharp gives each picture memory of its own: no copy.
  const rows = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels === 'gray' || (layout === 'nhwc' && channels === 'rgb')) return rows;
  const pixels = width * height;
  const values = new Uint8Array(3 * pixels);
  const [red, blue] = channels === 'rgb' ? [0, 2] : [2, 0];
  if (layout === 'nhwc') {
    for (let at = 0; at < 3 * pixels; at += 3) {
      values[at] = rows[at + red]!;
      values[at + 1] = rows[at + 1]!;
      values[at + 2] = rows[at + blue]!;
    }
    return values;
  }
  splitChannels(rows, values, [red, 1, blue]);
  return values;
}

/** Planes from rows of pixels; four pixels a time, which takes a third of the time of single ones. */
function splitChannels(rows: Uint8Array, planes: Uint8Array, channels: readonly number[]): void {
  const pixels = planes.length / 3;
  const inFours = pixels % 4 === 0;
  const words = new Uint32Array(planes.buffer, 0, inFours ? planes.length >> 2 : 0);
  for (const [plane, channel] of channels.entries()) {
    const end = ((plane + 1) * pixels) >> 2;
    if (inFours) {
      // Little-endian, as are all processors that Node and ONNX Runtime are built for here.
      for (let to = (plane * pixels) >> 2, from = channel; to < end; to += 1, from += 12)
        words[to] = rows[from]! | (rows[from + 3]! << 8) | (rows[from + 6]! << 16) | (rows[from + 9]! << 24);
    } else {
      for (let to = plane * pixels, from = channel; from < rows.length; to += 1, from += 3) planes[to] = rows[from]!;
    }
  }
}

/** What libvips says, in one short line. */
function unreadable(error: unknown): CrivoError {
  if (error instanceof CrivoError) return error;
  const message = (error as Error).message;
  const [line = ''] = message.split('\n');
  const why = /unsupported image format/i.test(message)
    ? say('noPicture')
    : (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? say('pictureMissing')
      : /exceeds pixel limit/i.test(message)
        ? say('pictureTooLarge')
        : /Input file is missing/i.test(message)
          ? say('pictureMissing')
          : say('pictureDamaged', { why: line.replace(/\.$/, '').slice(0, 120) });
  return new CrivoError('invalid-dataset', why, { cause: error });
}

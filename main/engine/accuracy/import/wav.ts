/** Recordings: RIFF WAVE with PCM of 8 to 32 bits or floats. Format: Multimedia Programming Interface 1.0 (1991), RFC 2361. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface Wav {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Samples of each channel. */
  readonly frames: number;
  /** Mean of the channels, −1..1. */
  readonly read: (from: number, count: number) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

const mostChunks = 1_000;

interface Format {
  readonly isFloat: boolean;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

/** Raises `invalid-dataset` with what is wrong in a few words. */
export async function openWav(path: string): Promise<Wav> {
  const handle = await open(path);
  try {
    return await describe(handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function describe(handle: FileHandle): Promise<Wav> {
  const { size } = await handle.stat();
  const head = await bytesAt(handle, 0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') throw bad(say('noWav'));
  let format: Format | null = null;
  let position = 12;
  for (let chunk = 0; chunk < mostChunks && position + 8 <= size; chunk += 1) {
    const header = await bytesAt(handle, position, 8);
    const [name, bytes] = [header.toString('latin1', 0, 4), header.readUInt32LE(4)];
    if (name === 'fmt ') format = parseFormat(await bytesAt(handle, position + 8, Math.min(bytes, 40)));
    if (name === 'data') {
      if (format === null) throw bad(say('wavFormatMissing'));
      return reader(handle, format, position + 8, Math.min(bytes, size - position - 8));
    }
    position += 8 + bytes + (bytes % 2);
  }
  throw bad(say('wavEmpty'));
}

function parseFormat(bytes: Buffer): Format {
  if (bytes.length < 16) throw bad(say('wavFormatShort'));
  // WAVE_FORMAT_EXTENSIBLE keeps the real one in its GUID.
  const declared = bytes.readUInt16LE(0);
  const code = declared === 0xfffe && bytes.length >= 26 ? bytes.readUInt16LE(24) : declared;
  const [channels, sampleRateHz, bits] = [bytes.readUInt16LE(2), bytes.readUInt32LE(4), bytes.readUInt16LE(14)];
  const isFloat = code === 3;
  const known = (code === 1 && [8, 16, 24, 32].includes(bits)) || (isFloat && [32, 64].includes(bits));
  if (!known || channels === 0) throw bad(say('wavNotPcm', { code, bits }));
  return { isFloat, channels, sampleRateHz, bits };
}

function reader(
  handle: FileHandle,
  { isFloat, channels, sampleRateHz, bits }: Format,
  start: number,
  bytes: number,
): Wav {
  const width = bits / 8;
  const frames = Math.floor(bytes / (width * channels));
  const sampleAt = (data: Buffer, at: number): number => {
    if (isFloat) return bits === 32 ? data.readFloatLE(at) : data.readDoubleLE(at);
    if (bits === 8) return (data.readUInt8(at) - 128) / 128;
    return data.readIntLE(at, width) / 2 ** (bits - 1);
  };
  return {
    ...{ sampleRateHz, channels, frames, close: () => handle.close() },
    read: async (from, count) => {
      const data = await bytesAt(handle, start + from * width * channels, count * width * channels);
      return Float32Array.from({ length: count }, (_, frame) => {
        let sum = 0;
        for (let channel = 0; channel < channels; channel += 1)
          sum += sampleAt(data, (frame * channels + channel) * width);
        return sum / channels;
      });
    },
  };
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw bad(say('wavCutShort'));
  return bytes;
}

const bad = (what: string): CrivoError => new CrivoError('invalid-dataset', what);

/** The compiled kernels and the memory that they work in: values are copied in and out, a cache's worth at a time. */
import { kernelsWasm } from './kernels-wasm.ts';

interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly toFloat16: (from: number, count: number, to: number, losses: number) => void;
  readonly extremes: (from: number, channels: number, inner: number, lows: number, highs: number) => number;
  readonly quantize: (
    from: number,
    channels: number,
    inner: number,
    scales: number,
    zeros: number,
    to: number,
    signed: number,
  ) => void;
  readonly columnExtremes: (from: number, rows: number, columns: number, lows: number, highs: number) => number;
  readonly quantizeColumns: (
    from: number,
    rows: number,
    columns: number,
    scales: number,
    zeros: number,
    to: number,
    signed: number,
  ) => void;
  readonly blocks: (
    tile: number,
    rows: number,
    stride: number,
    columns: number,
    bits: number,
    symmetric: number,
    packed: number,
    blockBytes: number,
    scales: number,
    zeros: number,
  ) => number;
}

let loaded: Kernels | null = null;

/** The kernels of `kernels.wat`; compiled when they are first asked for. */
export function kernels(): Kernels {
  if (loaded === null) {
    const module = new WebAssembly.Module(Buffer.from(kernelsWasm, 'base64'));
    loaded = new WebAssembly.Instance(module).exports as unknown as Kernels;
  }
  return loaded;
}

const pageBytes = 65_536;
/** float32 values that are worked on at once: they, and what is made of them, stay in a core's cache. */
export const valuesAtOnce = 65_536;
/** Bits of a magnitude from which on it is infinite or NaN. */
export const notFiniteBits = 0x7f800000;

/** Start addresses of regions of so many bytes, each at a multiple of 16, in memory grown to hold them all; what they held is lost. */
export function regions(...sizes: readonly number[]): { readonly buffer: ArrayBuffer; readonly starts: number[] } {
  const { memory } = kernels();
  let end = 0;
  const starts = sizes.map((size) => {
    const start = end;
    end += (size + 15) & ~15;
    return start;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  return { buffer: memory.buffer, starts };
}

/** Writes a NumPy file row by row; how many rows there are is known at the end. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { TensorValues } from '../../ports.ts';
import { createRowBuffer } from './row-buffer.ts';

export interface WrittenNpy {
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Of type, shape and values. */
  readonly sha256: string;
}

export interface NpyWriter {
  readonly path: string;
  /** Rows so far. */
  readonly rows: () => number;
  /** Adds one row or more; large ones must not change afterwards. Raises the system's error where the disk takes no more. */
  readonly add: (values: TensorValues) => Promise<void>;
  readonly finish: () => Promise<WrittenNpy>;
}

const headerBytes = 128;
/** A system takes as many pieces in one write (IOV_MAX). */
const mostAtOnce = 1_024;
const flushBytes = 4 * 2 ** 20;

const descriptions: Readonly<Record<string, string>> = {
  ...{ float32: '<f4', float64: '<f8', float16: '<f2', uint8: '|u1', int8: '|i1', bool: '|b1', uint16: '<u2' },
  ...{ int16: '<i2', uint32: '<u4', int32: '<i4', uint64: '<u8', int64: '<i8' },
};

/** @param rowShape of one row; `[]` for a number */
export async function createNpyWriter(
  path: string,
  elementType: string,
  rowShape: readonly number[],
): Promise<NpyWriter> {
  const description = descriptions[elementType];
  if (description === undefined) throw new Error(`no NumPy type for ${elementType}`);
  const handle = await open(path, 'w');
  const hash = createHash('sha256').update(`${elementType} ${rowShape.join(' ')}\n`);
  const rowLength = rowShape.reduce((product, size) => product * size, 1);
  const rows = createRowBuffer();
  let position = headerBytes;
  let elements = 0;
  const flush = async (): Promise<void> => {
    let rest = rows.take();
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest.slice(0, mostAtOnce), position);
      position += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
    }
  };
  return {
    path,
    rows: () => elements / rowLength,
    add: async (values) => {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      hash.update(bytes);
      rows.add(bytes);
      elements += values.length;
      if (rows.byteLength() >= flushBytes) await flush();
    },
    finish: async () => {
      try {
        await flush();
        const rowCount = elements / rowLength;
        await handle.write(header(description, [rowCount, ...rowShape]), 0, headerBytes, 0);
        await handle.sync();
        return { path, rows: rowCount, sizeBytes: position, sha256: hash.digest('hex') };
      } finally {
        await handle.close();
      }
    },
  };
}

/** What is left of pieces when so many of their bytes are written. */
function withoutFirst(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let [index, left] = [0, bytes];
  while (index < pieces.length && pieces[index]!.byteLength <= left) left -= pieces[index++]!.byteLength;
  const rest = pieces.slice(index);
  if (left > 0) rest[0] = rest[0]!.subarray(left);
  return rest;
}

function header(description: string, shape: readonly number[]): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const bytes = Buffer.alloc(headerBytes, ' ');
  bytes.write('\u0093NUMPY\u0001\u0000', 'latin1');
  bytes.writeUInt16LE(headerBytes - 10, 8);
  bytes.write(`{'descr': '${description}', 'fortran_order': False, 'shape': (${axes}), }`, 10, 'latin1');
  bytes.write('\n', headerBytes - 1, 'latin1');
  return bytes;
}

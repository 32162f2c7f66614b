/** Reads NumPy's .npy files a few rows at a time. Format: numpy/lib/format.py, versions 1 to 3. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { TensorValues } from '../ports.ts';

export interface NpyFile {
  readonly path: string;
  readonly elementType: string;
  /** First axis: rows. */
  readonly shape: readonly number[];
  readonly rowCount: number;
  /** Elements of one row. */
  readonly rowLength: number;
  /** Rows from..from+count as one array. */
  readonly readRows: (from: number, count: number) => Promise<TensorValues>;
  readonly close: () => Promise<void>;
}

type ArrayType = { new (buffer: ArrayBuffer): TensorValues; readonly BYTES_PER_ELEMENT: number };

const types: Readonly<Record<string, readonly [elementType: string, ArrayType]>> = {
  '<f4': ['float32', Float32Array],
  '<f8': ['float64', Float64Array],
  '<f2': ['float16', Float16Array],
  '|u1': ['uint8', Uint8Array],
  '|i1': ['int8', Int8Array],
  '|b1': ['bool', Uint8Array],
  '<u2': ['uint16', Uint16Array],
  '<i2': ['int16', Int16Array],
  '<u4': ['uint32', Uint32Array],
  '<i4': ['int32', Int32Array],
  '<u8': ['uint64', BigUint64Array],
  '<i8': ['int64', BigInt64Array],
};

const magic = '\u0093NUMPY';
const longestHeader = 65_536;

/** Opens the file and checks that its size is what its header declares. Raises `invalid-dataset`. */
export async function openNpy(path: string): Promise<NpyFile> {
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === 'ENOENT';
    const message = isMissing
      ? say('arrayMissing', { path })
      : say('arrayUnopened', { path, code: String(cause.code) });
    throw new CrivoError('invalid-dataset', message, { cause });
  });
  try {
    return await describe(path, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function describe(path: string, handle: FileHandle): Promise<NpyFile> {
  const { text, dataOffset } = await readHeader(path, handle);
  const { descr, shape } = parseHeader(path, text);
  const type = types[descr];
  if (type === undefined) throw bad(path, say('npyTypeUnknown', { file: basename(path), type: descr }));
  const [elementType, ArrayType] = type;
  const [rowCount, ...rowShape] = shape;
  if (rowCount === undefined) throw bad(path, say('npyOneNumber', { file: basename(path) }));
  const rowLength = rowShape.reduce((product, size) => product * size, 1);
  const rowBytes = rowLength * ArrayType.BYTES_PER_ELEMENT;
  const { size } = await handle.stat();
  if (!Number.isSafeInteger(rowCount * rowBytes) || size !== dataOffset + rowCount * rowBytes) {
    throw bad(path, say('npyOtherSize', { file: basename(path), shape: shape.join(', '), bytes: size - dataOffset }));
  }
  return {
    path,
    elementType,
    shape,
    rowCount,
    rowLength,
    readRows: async (from, count) => {
      if (from < 0 || count < 0 || from + count > rowCount)
        throw new RangeError(`rows ${from}+${count} of ${rowCount}`);
      const bytes = new Uint8Array(count * rowBytes);
      await readFully(path, handle, bytes, dataOffset + from * rowBytes);
      return new ArrayType(bytes.buffer);
    },
    close: () => handle.close(),
  };
}

async function readHeader(path: string, handle: FileHandle): Promise<{ text: string; dataOffset: number }> {
  const start = new Uint8Array(12);
  const { bytesRead } = await handle.read(start, 0, 12, 0);
  const view = new DataView(start.buffer);
  const version = start[6]!;
  if (bytesRead < 12 || Buffer.from(start.subarray(0, 6)).toString('latin1') !== magic || version < 1 || version > 3) {
    throw bad(path, say('notNpy', { file: basename(path) }));
  }
  const headerAt = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) throw bad(path, say('npyHeaderTooLong', { file: basename(path) }));
  const header = new Uint8Array(length);
  await readFully(path, handle, header, headerAt);
  return { text: Buffer.from(header).toString(version === 3 ? 'utf8' : 'latin1'), dataOffset: headerAt + length };
}

/** The header is a Python literal: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(path: string, text: string): { descr: string; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shapeText = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shapeText === undefined) {
    throw bad(path, say('npyHeaderUnknown', { file: basename(path) }));
  }
  if (fortran === 'True') throw bad(path, say('npyByColumns', { file: basename(path) }));
  const shape = [...shapeText.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return { descr, shape };
}

async function readFully(path: string, handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.byteLength;) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) throw bad(path, say('arrayCutShort', { file: basename(path) }));
    done += bytesRead;
  }
}

const bad = (path: string, message: string): CrivoError => new CrivoError('invalid-dataset', message, { detail: path });

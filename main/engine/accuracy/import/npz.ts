/** The arrays of an .npz: a zip of .npy files. Format: APPNOTE.TXT of PKWARE, 4.3. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { formatBytes } from '../../../../shared/units.ts';
import { freeBytesOf } from '../../free-bytes.ts';

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const longestTail = 65_557;
const most32 = 0xffff_ffff;
const mostEntries = 1_000;
const largestDirectory = 16e6;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  /** Unpacked, as the directory tells. */
  readonly sizeBytes: number;
  readonly offset: number;
}

/**
 * Unpacks each array into a file of the folder. Raises `invalid-dataset` where it is no .npz, or where what it says it holds
 * is more than the folder's disk has left.
 */
export async function unpackNpz(
  path: string,
  folder: string,
): Promise<{ readonly name: string; readonly path: string }[]> {
  const handle = await open(path);
  try {
    const entries = (await readDirectory(path, handle)).filter(({ name }) => name.endsWith('.npy'));
    if (entries.length === 0) throw bad(say('npzEmpty', { file: basename(path) }));
    const neededBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const freeBytes = await freeBytesOf(folder);
    if (neededBytes > freeBytes) {
      const sizes = { needed: formatBytes(neededBytes), free: formatBytes(freeBytes) };
      throw bad(say('npzTooLarge', { file: basename(path), ...sizes }));
    }
    const arrays = [];
    for (const [index, entry] of entries.entries()) {
      // Never the entry's own name: it may lead anywhere.
      const target = join(folder, `array-${index}.npy`);
      await unpack(path, handle, entry, target);
      arrays.push({ name: entry.name.replace(/\.npy$/, ''), path: target });
    }
    return arrays;
  } finally {
    await handle.close();
  }
}

async function readDirectory(path: string, handle: FileHandle): Promise<Entry[]> {
  const { size } = await handle.stat();
  const tailBytes = Math.min(size, longestTail);
  const tail = await bytesAt(path, handle, size - tailBytes, tailBytes);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw bad(say('notNpz', { file: basename(path) }));
  let count = tail.readUInt16LE(end + 10);
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (offset === most32 || count === 0xffff || bytes === most32) {
    const locator = end - 20;
    if (locator < 0) throw bad(say('npzEndsEarly', { file: basename(path) }));
    const end64 = await bytesAt(path, handle, Number(tail.readBigUInt64LE(locator + 8)), 56);
    if (end64.readUInt32LE(0) !== end64Signature) throw bad(say('npzDamaged', { file: basename(path) }));
    count = Number(end64.readBigUInt64LE(32));
    bytes = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  if (count > mostEntries || bytes > largestDirectory) throw bad(say('npzTooMany', { file: basename(path) }));
  return parseDirectory(path, await bytesAt(path, handle, offset, bytes), count);
}

function parseDirectory(path: string, directory: Buffer, count: number): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature)
      throw bad(say('npzDamaged', { file: basename(path) }));
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const wide = wideSizes(extra);
    const size = directory.readUInt32LE(at + 24);
    const take = (value: number): number => (value === most32 ? (wide.shift() ?? value) : value);
    const sizeBytes = take(size);
    const compressedBytes = take(directory.readUInt32LE(at + 20));
    const offset = take(directory.readUInt32LE(at + 42));
    entries.push({ name, method: directory.readUInt16LE(at + 10), compressedBytes, sizeBytes, offset });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** Sizes that need 64 bits, in the order of the fields that they stand for. */
function wideSizes(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const bytes = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const whole = Math.floor(Math.min(bytes, extra.length - at - 4) / 8);
      return Array.from({ length: whole }, (_, index) => Number(extra.readBigUInt64LE(at + 4 + 8 * index)));
    }
    at += 4 + bytes;
  }
  return [];
}

async function unpack(path: string, handle: FileHandle, entry: Entry, target: string): Promise<void> {
  const local = await bytesAt(path, handle, entry.offset, 30);
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const source = createReadStream(path, { start, end: Math.max(start, start + entry.compressedBytes - 1) });
  if (entry.method !== 0 && entry.method !== 8) throw bad(say('npzCompression', { file: basename(path) }));
  const damaged = (cause?: unknown): CrivoError =>
    bad(say('npzDamagedIn', { file: basename(path), entry: basename(entry.name) }), cause);
  try {
    const [limit, written] = [atMost(entry.sizeBytes, damaged), createWriteStream(target)];
    if (entry.method === 0) await pipeline(source, limit, written);
    else await pipeline(source, createInflateRaw(), limit, written);
  } catch (cause) {
    // What the disk says is no fault of the file.
    throw cause instanceof Error && /^Z_/.test((cause as NodeJS.ErrnoException).code ?? '') ? damaged(cause) : cause;
  }
}

/** Lets so many bytes through and no more: a few bytes of a hostile file unpack to more than any disk takes. */
const atMost = (mostBytes: number, excess: () => Error) =>
  async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) throw excess();
      yield chunk;
    }
  };

async function bytesAt(path: string, handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw bad(say('arrayCutShort', { file: basename(path) }));
  return bytes;
}

const bad = (message: string, cause?: unknown): CrivoError => new CrivoError('invalid-dataset', message, { cause });

/** Takes single files out of a ZIP archive that lies on the disk, however large. PKWARE APPNOTE 6.3, without ZIP64. */
import { createReadStream, createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface ZipEntry {
  readonly name: string;
  readonly stored: boolean;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Of its local header. */
  readonly offset: number;
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
/** The end record and the longest comment after it. */
const longestEnd = 22 + 65_535;

const damaged = (path: string): CrivoError => new CrivoError('job-failed', say('archiveDamaged', { path }));

/** The files of an archive. Rejects with `job-failed` where it is damaged. */
export async function zipEntries(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await bytesAt(file, Math.max(0, size - longestEnd), Math.min(size, longestEnd));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + 22 > tail.length || tail.readUInt32LE(end) !== endMark) throw damaged(path);
    const directory = await bytesAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    const entries: ZipEntry[] = [];
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entryMark;) {
      const nameBytes = directory.readUInt16LE(at + 28);
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
        stored: directory.readUInt16LE(at + 10) === 0,
        compressedBytes: directory.readUInt32LE(at + 20),
        sizeBytes: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      });
      at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Writes one file of an archive to `target`. */
export async function extractEntry(path: string, entry: ZipEntry, target: string, signal?: AbortSignal): Promise<void> {
  const file = await open(path);
  const header = await bytesAt(file, entry.offset, 30).finally(() => file.close());
  if (header.length < 30) throw damaged(path);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const source = createReadStream(path, { start, end: start + entry.compressedBytes - 1 });
  const sink = createWriteStream(target);
  const options = signal === undefined ? {} : { signal };
  await (entry.stored ? pipeline(source, sink, options) : pipeline(source, createInflateRaw(), sink, options));
  if (sink.bytesWritten !== entry.sizeBytes) throw damaged(path);
}

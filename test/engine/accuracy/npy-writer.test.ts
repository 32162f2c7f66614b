/** NumPy files that are written row by row: every byte in its place, whatever the size of the rows. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNpyWriter } from '../../../main/engine/accuracy/import/npy-writer.ts';
import { createRowBuffer } from '../../../main/engine/accuracy/import/row-buffer.ts';
import { openNpy } from '../../../main/engine/accuracy/npy.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

/** Bytes that differ from row to row and within a row. */
const rowOf = (length: number, row: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (row * 31 + at * 7 + (at >> 8)) & 255);

describe('a NumPy file written row by row', () => {
  // Labels, small pictures, pictures that fill a block to its end, and pictures of a network's size: more than one write each.
  test.each([
    [1, 20_000],
    [784, 6_000],
    [16_384, 300],
    [150_528, 30],
  ])('of %i bytes has all of its %i rows in their order', async (length, count) => {
    const path = join(temporaryFolder(), 'rows.npy');
    const writer = await createNpyWriter(path, 'uint8', [length]);
    const hash = createHash('sha256').update(`uint8 ${length}\n`);
    for (let row = 0; row < count; row += 1) {
      const bytes = rowOf(length, row);
      hash.update(bytes);
      await writer.add(bytes);
    }
    const { rows, sizeBytes, sha256 } = await writer.finish();
    const stored = readFileSync(path);
    expect([rows, sizeBytes, sha256]).toEqual([count, stored.byteLength, hash.digest('hex')]);
    const file = await openNpy(path);
    expect(file.shape).toEqual([count, length]);
    await file.close();
    for (let row = 0; row < count; row += 1) {
      const at = 128 + row * length;
      if (stored.compare(rowOf(length, row), 0, length, at, at + length) !== 0) throw new Error(`row ${row} differs`);
    }
  });

  test.skipIf(process.platform !== 'linux')('tells that the disk is full', async () => {
    const full = await createNpyWriter('/dev/full', 'uint8', [2 ** 20]);
    const fill = async (): Promise<void> => {
      for (let row = 0; row < 4; row += 1) await full.add(new Uint8Array(2 ** 20));
    };
    await expect(fill()).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(full.finish()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

test('rows that wait are few pieces where they are small, and keep their order among large ones', () => {
  const rows = createRowBuffer();
  const sizes = [4, 4, 20_000, 8, 300_000, ...Array.from({ length: 100_000 }, () => 4)];
  sizes.forEach((size, row) => rows.add(rowOf(size, row)));
  expect(rows.byteLength()).toBe(sizes.reduce((sum, size) => sum + size));
  const pieces = rows.take();
  expect(pieces.length).toBeLessThan(10);
  expect(Buffer.concat(pieces).equals(Buffer.concat(sizes.map(rowOf)))).toBe(true);
  expect([rows.byteLength(), rows.take()]).toEqual([0, []]);
  // What was taken stays as it is while the next rows come.
  const [first] = pieces;
  const before = Uint8Array.from(first!);
  for (let row = 0; row < 1_000; row += 1) rows.add(rowOf(4, row + 5));
  expect(first).toEqual(before);
});

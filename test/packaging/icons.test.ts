import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const icons = join(import.meta.dirname, '../../resources/icons');

/** Width and height of a PNG. */
const sizeOf = (png: Buffer): string => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;

test('the icons of Linux have the sizes of their names', () => {
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024])
    expect(sizeOf(readFileSync(join(icons, 'png', `${size}x${size}.png`)))).toBe(`${size}x${size}`);
});

test('the icon of Windows holds each size as it says', () => {
  const ico = readFileSync(join(icons, 'icon.ico'));
  const count = ico.readUInt16LE(4);
  const sizes = Array.from({ length: count }, (_, index) => {
    const at = 6 + 16 * index;
    const offset = ico.readUInt32LE(at + 12);
    const size = ico.readUInt8(at) || 256;
    expect(sizeOf(ico.subarray(offset, offset + ico.readUInt32LE(at + 8)))).toBe(`${size}x${size}`);
    return size;
  });
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
});

test('the icon of macOS is whole, up to 1024 pixels', () => {
  const icns = readFileSync(join(icons, 'icon.icns'));
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.byteLength]);
  const sizes: string[] = [];
  for (let at = 8; at < icns.byteLength; at += icns.readUInt32BE(at + 4)) sizes.push(sizeOf(icns.subarray(at + 8)));
  expect(sizes).toContain('1024x1024');
});

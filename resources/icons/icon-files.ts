/** The two containers that Windows and macOS keep icons in; both may hold PNG files as they are. */

/** An .ico file. Microsoft, "ICONDIR": a header of 6 bytes, 16 for each picture, the pictures. */
export function icoOf(pictures: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.byteLength;
  pictures.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    // 0 stands for 256.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.byteLength, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.byteLength;
  });
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/** Types of PNG pictures in an .icns file and their size in pixels; `@2x` types repeat a size. */
const icnsTypes = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
] as const;

/** An .icns file: `icns` and its length, then a type, a length and a PNG for each picture. */
export function icnsOf(picture: (size: number) => Buffer): Buffer {
  const block = (type: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + content.byteLength, 4);
    return Buffer.concat([head, content]);
  };
  return block('icns', Buffer.concat(icnsTypes.map(([type, size]) => block(type, picture(size)))));
}

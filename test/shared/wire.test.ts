import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';

test('any JSON value with typed arrays at any depth comes back as it was', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.float64Array(),
    fc.float32Array(),
    fc.uint8Array(),
  );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).node;
  fc.assert(
    fc.property(value, (message) => {
      expect(decodeMessage(encodeMessage(message))).toEqual(plain(message));
    }),
  );
});

/** What JSON makes of it where there is no typed array: -0 becomes 0. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value) || typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

test('bytes that are no message raise an error and reach no prototype', () => {
  const good = encodeMessage({ result: new Float64Array([1, 2, 3]) });
  for (let cut = 0; cut < good.length; cut += 1) expect(() => decodeMessage(good.slice(0, cut))).toThrow();
  const header = (json: unknown): Uint8Array => {
    const text = new TextEncoder().encode(JSON.stringify(json));
    const bytes = new Uint8Array(4 + text.length + 16);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    return bytes;
  };
  for (const path of [['__proto__', 'polluted'], ['constructor'], ['missing'], ['taken']]) {
    expect(() => decodeMessage(header({ value: { taken: 1 }, arrays: [{ path, type: 'u8', length: 1 }] }))).toThrow();
  }
  expect(() =>
    decodeMessage(header({ value: { a: null }, arrays: [{ path: ['a'], type: 'toString', length: 1 }] })),
  ).toThrow();
  expect(() =>
    decodeMessage(header({ value: { a: null }, arrays: [{ path: ['a'], type: 'f64', length: 1e12 }] })),
  ).toThrow();
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

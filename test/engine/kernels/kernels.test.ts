import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { kernelsWasm } from '../../../main/engine/kernels/kernels-wasm.ts';
import { regions } from '../../../main/engine/kernels/kernels.ts';

test('the compiled kernels are what the source says', async () => {
  const source = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../main/engine/kernels/kernels.wat')));
  const { parseWat } = await wabt();
  const { buffer } = parseWat('kernels.wat', source, { simd: true, sat_float_to_int: true }).toBinary({});
  expect(kernelsWasm).toBe(Buffer.from(buffer).toString('base64'));
});

test('regions of memory lie apart, aligned, in memory that grows', () => {
  const { buffer, starts } = regions(1, 17, 5_000_000, 4);
  expect(starts).toEqual([0, 16, 48, 5_000_048]);
  expect(buffer.byteLength).toBeGreaterThanOrEqual(5_000_052);
});

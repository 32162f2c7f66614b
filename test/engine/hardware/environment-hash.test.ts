import { expect, test } from 'vitest';
import { environmentDifferences, environmentHash } from '../../../main/engine/hardware/environment-hash.ts';
import type { Environment } from '../../../shared/hardware.ts';

const environment: Environment = {
  cpuModel: 'Intel(R) Xeon(R) Processor',
  physicalCores: 2,
  logicalCores: 2,
  isa: ['avx2', 'avx512_vnni'],
  governor: null,
  memoryBytes: 25_276_502_016,
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.18.44',
  architecture: 'x64',
  gpu: null,
  gpuDriver: null,
  powerSource: 'unknown',
  virtualized: true,
  onnxRuntimeVersion: '1.30.0',
  nodeVersion: '24.21.0',
  crivoVersion: '0.1.0',
  machineId: '00000000-0000-4000-8000-000000000000',
};

test('the hash does not depend on the order of fields, and does on every field', () => {
  const reversed = Object.fromEntries(Object.entries(environment).reverse()) as unknown as Environment;
  expect(environmentHash(reversed)).toBe(environmentHash(environment));
  expect(environmentHash(environment)).toMatch(/^[0-9a-f]{64}$/);
  for (const field of Object.keys(environment) as (keyof Environment)[]) {
    expect(environmentHash({ ...environment, [field]: 'other' } as Environment), field).not.toBe(
      environmentHash(environment),
    );
  }
});

test('differences name the field with both values', () => {
  expect(environmentDifferences(environment, environment)).toEqual([]);
  const other: Environment = { ...environment, governor: 'powersave', isa: ['avx2'], onnxRuntimeVersion: '1.31.0' };
  expect(environmentDifferences(environment, other)).toEqual([
    { field: 'isa', label: 'ISA extensions', left: 'avx2 avx512_vnni', right: 'avx2' },
    { field: 'governor', label: 'frequency governor', left: 'unknown', right: 'powersave' },
    { field: 'onnxRuntimeVersion', label: 'ONNX Runtime', left: '1.30.0', right: '1.31.0' },
  ]);
});

test("Crivo's version and a memory that differs by less than 1% do not make runs incomparable", () => {
  const other = { ...environment, crivoVersion: '0.2.0', memoryBytes: environment.memoryBytes * 0.995 };
  expect(environmentDifferences(environment, other)).toEqual([]);
  expect(
    environmentDifferences(environment, { ...environment, memoryBytes: environment.memoryBytes / 2 }),
  ).toHaveLength(1);
});

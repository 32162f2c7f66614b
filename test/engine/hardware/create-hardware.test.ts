import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHardware } from '../../../main/engine/hardware/create-hardware.ts';
import { silentLogger, systemClock } from '../../../main/engine/ports.ts';
import type { ProviderProof } from '../../../main/engine/ports.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'crivo-hardware-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Hardware on this machine, with provider proofs counted instead of run. */
function machine(version = '1.30.0', offsetMs = 0, dataFolder = folder) {
  const proofs: string[] = [];
  const hardware = createHardware({
    inference: {
      backends: async () => ({ version, providers: [{ name: 'cpu', bundled: true }] }),
      prove: async (name): Promise<ProviderProof> => {
        proofs.push(name);
        return { works: true, nodesOnProvider: 3, nodeCount: 3, device: null, durationMs: 100 };
      },
    },
    dataFolder,
    machineId: 'f3b0a7c2-0000-4000-8000-000000000000',
    clock: { ...systemClock, now: () => Date.now() + offsetMs },
    logger: silentLogger,
  });
  return { hardware, proofs };
}

test('reports this machine: its CPU first, every provider, a fingerprint without serial numbers', async () => {
  const report = await machine().hardware.report();
  expect(report.devices[0]).toMatchObject({ id: 'cpu-0', kind: 'cpu', software: false });
  expect(report.devices[0]!.facts['cores']).toMatch(/^\d+ physical, \d+ logical$/);
  expect(report.providers.filter((provider) => provider.state === 'working').map((provider) => provider.name)).toEqual([
    'cpu',
  ]);
  expect(report.environment).toMatchObject({
    architecture: process.arch,
    nodeVersion: process.versions.node,
    onnxRuntimeVersion: '1.30.0',
  });
  expect(report.environment.machineId).toBe('f3b0a7c2-0000-4000-8000-000000000000');
  if (existsSync('/etc/machine-id')) {
    const serial = readFileSync('/etc/machine-id', 'utf8').trim();
    if (serial !== '') expect(JSON.stringify(report)).not.toContain(serial);
  }
});

test('keeps the report for a day: the same time and no new proof, also in another process', async () => {
  const first = machine();
  const { probedAt } = await first.hardware.report();
  await first.hardware.environment();
  expect(first.proofs).toEqual(['cpu']);
  const second = machine();
  expect((await second.hardware.report()).probedAt).toBe(probedAt);
  expect(second.proofs).toEqual([]);
});

test('probes again when asked, after a day, with another ONNX Runtime, and where the file is damaged', async () => {
  await machine().hardware.report();
  const asked = machine();
  await asked.hardware.report({ refresh: true });
  expect(asked.proofs).toEqual(['cpu']);
  const later = machine('1.30.0', 86_500_000);
  await later.hardware.report();
  expect(later.proofs).toEqual(['cpu']);
  const newer = machine('1.31.0', 86_500_000);
  await newer.hardware.report();
  expect(newer.proofs).toEqual(['cpu']);
  writeFileSync(join(folder, 'hardware.json'), '{"key":');
  const damaged = machine('1.31.0');
  await damaged.hardware.report();
  expect(damaged.proofs).toEqual(['cpu']);
});

import { describe, expect, test } from 'vitest';
import { findingFromController } from '../../../main/engine/hardware/controllers.ts';
import { pciAddress } from '../../../main/engine/hardware/finding.ts';
import type { Finding } from '../../../main/engine/hardware/finding.ts';
import { joinFindings } from '../../../main/engine/hardware/join-findings.ts';
import { findingsFromPci } from '../../../main/engine/hardware/sysfs-devices.ts';

const finding = (fields: Partial<Finding>): Finding => ({
  source: 'vulkan',
  kind: 'gpu',
  name: null,
  vendorId: null,
  deviceId: null,
  pciAddress: null,
  vendor: null,
  memoryBytes: null,
  driver: null,
  software: false,
  facts: {},
  ...fields,
});
const pci = (address: string, device: string, fields: object = {}) => ({
  address,
  class: '0x030000',
  vendor: '0x10de',
  device: `0x${device}`,
  driver: 'nvidia',
  vramBytes: null,
  ...fields,
});

test('one card told by four sources is one device, each fact from the source that knows best', () => {
  const devices = joinFindings([
    findingFromController({
      vendor: 'NVIDIA Corporation',
      model: 'AD102 [GeForce RTX 4090]',
      bus: 'Onboard',
      busAddress: '01:00.0',
      vram: 32,
      vramDynamic: false,
    }),
    ...findingsFromPci([pci('0000:01:00.0', '2684')]),
    finding({
      name: 'NVIDIA GeForce RTX 4090',
      vendorId: '10de',
      deviceId: '2684',
      driver: 'NVIDIA 550.54.14',
      facts: { type: 'discrete' },
    }),
    finding({
      source: 'nvidia-smi',
      name: 'NVIDIA GeForce RTX 4090',
      vendorId: '10de',
      deviceId: '2684',
      pciAddress: '0000:01:00.0',
      vendor: 'NVIDIA',
      memoryBytes: 25757220864,
      driver: '550.54.14',
    }),
  ]);
  expect(devices).toEqual([
    {
      id: 'gpu-pci-0000:01:00.0',
      kind: 'gpu',
      name: 'NVIDIA GeForce RTX 4090',
      vendor: 'NVIDIA',
      memoryBytes: 25757220864,
      driver: '550.54.14',
      software: false,
      sources: ['nvidia-smi', 'vulkan', 'systeminformation', 'sysfs'],
      facts: { type: 'discrete', 'kernel driver': 'nvidia', pci: '0000:01:00.0' },
    },
  ]);
});

describe('devices that must stay apart', () => {
  test('two identical cards, though Vulkan gives them no address', () => {
    const same = { name: 'NVIDIA A100', vendorId: '10de', deviceId: '20b5' };
    const devices = joinFindings([
      finding(same),
      finding(same),
      ...findingsFromPci([pci('0000:4b:00.0', '20b5'), pci('0000:ca:00.0', '20b5')]),
    ]);
    expect(devices.map((device) => [device.id, device.name, device.sources])).toEqual([
      ['gpu-pci-0000:4b:00.0', 'NVIDIA A100', ['vulkan', 'sysfs']],
      ['gpu-pci-0000:ca:00.0', 'NVIDIA A100', ['vulkan', 'sysfs']],
    ]);
  });

  test('a software device and a card, whatever their ids; the software one comes last', () => {
    const devices = joinFindings([
      finding({ name: 'llvmpipe (LLVM 17, 256 bits)', vendorId: '10005', deviceId: '0000', software: true }),
      finding({ name: 'Intel Arc A770', vendorId: '8086', deviceId: '56a0' }),
    ]);
    expect(devices.map((device) => [device.name, device.software])).toEqual([
      ['Intel Arc A770', false],
      ['llvmpipe (LLVM 17, 256 bits)', true],
    ]);
  });

  test('a GPU and an NPU of one vendor', () => {
    const devices = joinFindings(
      findingsFromPci([
        pci('0000:00:02.0', '7d55', { vendor: '0x8086', driver: 'i915' }),
        pci('0000:00:0b.0', '7d1d', { vendor: '0x8086', class: '0x120000', driver: 'intel_vpu' }),
        pci('0000:65:00.1', '1502', { vendor: '0x1022', class: '0x118000', driver: 'amdxdna' }),
        pci('0000:00:1f.3', '7e28', { vendor: '0x8086', class: '0x040100', driver: 'snd' }),
      ]),
    );
    expect(devices.map((device) => [device.kind, device.name])).toEqual([
      ['gpu', 'Intel GPU [8086:7d55]'],
      ['npu', 'Intel NPU [8086:7d1d]'],
      ['npu', 'AMD NPU [1022:1502]'],
    ]);
  });
});

test('names join where there are neither addresses nor ids, trade marks aside', () => {
  const devices = joinFindings([
    finding({ name: 'Intel(R) Iris(R) Xe Graphics' }),
    finding({ source: 'systeminformation', name: 'Intel Iris Xe Graphics', driver: '31.0.101.4502' }),
  ]);
  expect(devices).toHaveLength(1);
  expect(devices[0]).toMatchObject({ id: 'gpu-intel-r-iris-r-xe-graphics', driver: '31.0.101.4502' });
});

test('same-named devices without addresses get ids of their own', () => {
  const ids = joinFindings([finding({ name: 'Apple M2' }), finding({ name: 'Apple M2' })]).map((device) => device.id);
  expect(ids).toEqual(['gpu-apple-m2', 'gpu-apple-m2-2']);
});

test('memory that a controller shares with the system is not its own; a share of 0 is unknown', () => {
  const controller = { vendor: 'Apple', model: 'Apple M2', bus: 'Built-In', vram: 1536, vramDynamic: true, cores: 10 };
  expect(findingFromController(controller)).toMatchObject({
    memoryBytes: null,
    vendor: 'Apple',
    facts: { 'gpu cores': '10' },
  });
  expect(findingFromController({ ...controller, vram: 0, vramDynamic: false }).memoryBytes).toBeNull();
  expect(findingFromController({ ...controller, vram: 8192, vramDynamic: false }).memoryBytes).toBe(8192 * 1024 * 1024);
});

test('PCI addresses in every spelling', () => {
  expect(['00000000:4B:00.0', '4b:00.0', 'PCI:0000:4B:00.0', '0000:4b:00.0'].map(pciAddress)).toEqual(
    Array(4).fill('0000:4b:00.0'),
  );
  expect(['', '[N/A]', 'USB'].map(pciAddress)).toEqual([null, null, null]);
  expect(pciAddress('00010000:01:00.0')).toBe('10000:01:00.0');
});

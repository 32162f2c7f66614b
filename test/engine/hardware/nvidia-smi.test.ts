import { expect, test } from 'vitest';
import { parseNvidiaSmi } from '../../../main/engine/hardware/nvidia-smi.ts';

test('reads two GPUs, with MiB as bytes and percent as a share', () => {
  const gpus = parseNvidiaSmi(
    [
      '00000000:01:00.0, 0x268410DE, 24564, 1024, 550.54.14, 41, 7, 8.9, NVIDIA GeForce RTX 4090',
      '00000000:4B:00.0, 0x20B510DE, 81920, 5, 550.54.14, 33, 0, 8.0, NVIDIA A100 80GB PCIe',
      '',
    ].join('\n'),
  );
  expect(gpus).toHaveLength(2);
  expect(gpus[0]).toEqual({
    name: 'NVIDIA GeForce RTX 4090',
    pciAddress: '0000:01:00.0',
    deviceId: '2684',
    memoryTotalBytes: 24564 * 1024 * 1024,
    memoryUsedBytes: 1024 * 1024 * 1024,
    driver: '550.54.14',
    temperatureC: 41,
    load: 0.07,
    computeCapability: '8.9',
  });
  expect(gpus[1]).toMatchObject({ name: 'NVIDIA A100 80GB PCIe', pciAddress: '0000:4b:00.0', load: 0 });
});

test('what nvidia-smi does not tell is null, in each of its ways of saying so', () => {
  const [tegra, broken] = parseNvidiaSmi(
    [
      '[N/A], [N/A], [N/A], [N/A], 540.4.0, [N/A], [N/A], 8.7, Orin (nvgpu)',
      '00000000:65:00.0, 0x1DB610DE, 32768, [Unknown Error], 470.223.02, [Not Supported], [GPU requires reset], [Insufficient Permissions], Tesla V100-PCIE-32GB',
    ].join('\r\n'),
  );
  expect(tegra).toEqual({
    name: 'Orin (nvgpu)',
    pciAddress: null,
    deviceId: null,
    memoryTotalBytes: null,
    memoryUsedBytes: null,
    driver: '540.4.0',
    temperatureC: null,
    load: null,
    computeCapability: '8.7',
  });
  expect(broken).toMatchObject({
    memoryTotalBytes: 32768 * 1024 * 1024,
    memoryUsedBytes: null,
    temperatureC: null,
    load: null,
    computeCapability: null,
  });
});

test('a name with a comma stays whole; lines that are no rows give no GPU', () => {
  const text = [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    'No devices were found',
    '00000000:01:00.0, 0x25A010DE, 4096, 1, 535.1, 50, 1, 8.6, NVIDIA RTX A1000, Laptop GPU',
  ].join('\n');
  expect(parseNvidiaSmi(text).map((gpu) => gpu.name)).toEqual(['NVIDIA RTX A1000, Laptop GPU']);
  expect(parseNvidiaSmi('')).toEqual([]);
});

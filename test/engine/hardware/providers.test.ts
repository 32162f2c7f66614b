import { describe, expect, test } from 'vitest';
import { providerNames } from '../../../shared/hardware.ts';
import type { Device } from '../../../shared/hardware.ts';
import type { ProviderProof } from '../../../main/engine/ports.ts';
import { explainAbsence, explainFailure, oneLine } from '../../../main/engine/hardware/provider-cures.ts';
import { probeProviders, statusOf } from '../../../main/engine/hardware/providers.ts';

const gpu = (vendor: string, name: string): Device => ({
  id: 'gpu-0',
  kind: 'gpu',
  name,
  vendor,
  memoryBytes: null,
  driver: null,
  software: false,
  sources: [],
  facts: {},
});
const linux = (...devices: Device[]) => ({ platform: 'linux', architecture: 'x64', devices }) as const;
const rtx = gpu('NVIDIA', 'NVIDIA GeForce RTX 4090');
const cudaNotInstalled = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';
const noAdapter =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(…) Failed to get a WebGPU adapter: No supported adapters\n';

test('every provider is either proved or has a reason and a cure, each a sentence', async () => {
  const asked: string[] = [];
  const statuses = await probeProviders(
    {
      prove: async (name): Promise<ProviderProof> => {
        asked.push(name);
        if (name === 'webgpu') throw new Error('The process ended with SIGSEGV.');
        return name === 'cpu'
          ? { works: true, nodesOnProvider: 3, nodeCount: 3, device: null, durationMs: 120.4 }
          : { works: false, reason: cudaNotInstalled };
      },
    },
    ['cpu', 'webgpu', 'cuda', 'tensorrt'],
    linux(),
    1_000,
  );
  expect(asked.sort()).toEqual(['cpu', 'cuda', 'tensorrt', 'webgpu']);
  expect(statuses.map((status) => status.name)).toEqual([...providerNames]);
  for (const status of statuses) {
    if (status.state === 'working')
      expect(status.proof).toBe('A test model ran, 3 of 3 nodes on cpu, in 120 ms with its process.');
    else for (const text of [status.reason, status.cure]) expect(text).toMatch(/^[A-Z].*\.$/);
  }
  expect(statuses.find((status) => status.name === 'webgpu')).toMatchObject({
    state: 'unusable',
    reason: 'A test model could not run: The process ended with SIGSEGV.',
  });
});

test('a session whose nodes all ran on the CPU is not a working provider', () => {
  const proof = { works: true, nodesOnProvider: 0, nodeCount: 3, device: null, durationMs: 50 } as const;
  expect(statusOf('webgpu', proof, linux())).toMatchObject({
    state: 'unusable',
    reason: expect.stringContaining('all 3 nodes'),
  });
});

describe('CUDA', () => {
  test('without an NVIDIA GPU there is nothing to install', () => {
    expect(explainFailure('cuda', cudaNotInstalled, linux(gpu('AMD', 'Radeon')))).toMatchObject({
      reason: 'No NVIDIA GPU was found on this machine, and cuda needs one.',
      action: null,
    });
  });
  test('with one, the libraries can be installed by the program', () => {
    expect(explainFailure('cuda', cudaNotInstalled, linux(rtx)).action).toBe('install-cuda');
  });
  test('a missing library of NVIDIA is named', () => {
    const detail =
      'Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory';
    expect(explainFailure('cuda', detail, linux(rtx))).toMatchObject({
      reason: 'libcudnn.so.9 was not found, which cuda needs.',
      cure: expect.stringContaining('cuDNN 9'),
      action: null,
    });
    expect(explainFailure('tensorrt', detail.replace('libcudnn.so.9', 'libnvinfer.so.10'), linux(rtx)).cure).toContain(
      'TensorRT 10',
    );
  });
});

describe('webgpu on Linux', () => {
  test('without a GPU', () => {
    expect(explainFailure('webgpu', noAdapter, linux()).reason).toContain('No GPU was found');
  });
  test('names the packages that give an AMD or Intel GPU its driver', () => {
    expect(explainFailure('webgpu', noAdapter, linux(gpu('Intel', 'Intel Arc A770'))).cure).toContain(
      'mesa-vulkan-drivers',
    );
  });
  test("asks for NVIDIA's own driver", () => {
    expect(explainFailure('webgpu', noAdapter, linux(rtx)).cure).toContain("NVIDIA's own driver");
  });
});

test('what belongs to another system says to which', () => {
  expect(explainAbsence('dml', linux()).reason).toBe('DirectML exists only on Windows, and this is Linux (x64).');
  expect(explainAbsence('coreml', linux()).reason).toBe('Core ML exists only on macOS, and this is Linux (x64).');
  expect(explainAbsence('cuda', { platform: 'darwin', architecture: 'arm64', devices: [] }).reason).toContain(
    'only on Linux x64',
  );
});

test('an error of ONNX Runtime in one line: no colours, no source paths, not endless', () => {
  const line = oneLine(`\n\u001b[1;31m  ${noAdapter}\u001b[m`);
  for (const unwanted of ['\u001b', 'onnxruntime_src', '\n']) expect(line).not.toContain(unwanted);
  expect(oneLine('')).toBe('no reason was given.');
  expect(oneLine('x'.repeat(1_000)).length).toBeLessThanOrEqual(301);
});

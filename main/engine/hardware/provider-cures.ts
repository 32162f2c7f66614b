import { stripVTControlCharacters } from 'node:util';
import type { ProviderName } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { ProviderSurroundings } from './providers.ts';

interface Explanation {
  readonly reason: string;
  readonly cure: string;
}

const platformWords: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };
const here = ({ platform, architecture }: ProviderSurroundings): string =>
  `${platformWords[platform] ?? platform} (${architecture})`;

/** Why a provider isn't in this build of ONNX Runtime for this platform, and what to use instead. */
export function explainAbsence(name: ProviderName, surroundings: ProviderSurroundings): Explanation {
  switch (name) {
    case 'dml':
      return {
        reason: say('directMlElsewhere', { system: here(surroundings) }),
        cure: say('useWebgpu'),
      };
    case 'coreml':
      return {
        reason: say('coreMlElsewhere', { system: here(surroundings) }),
        cure: say('useWebgpuOrCpu'),
      };
    case 'cuda':
    case 'tensorrt':
      return {
        reason: say('cudaElsewhere', { provider: name, system: here(surroundings) }),
        cure: say(surroundings.platform === 'win32' ? 'useDml' : 'useWebgpu'),
      };
    case 'cpu':
    case 'webgpu':
      return {
        reason: say('notInThisBuild', { system: here(surroundings), provider: name }),
        cure: say('installForPlatform'),
      };
    default:
      return {
        reason: say('neverBuilt', { provider: name }),
        cure: insteadOf[name] ?? say('useCpuOrWebgpu'),
      };
  }
}

const insteadOf: Partial<Record<ProviderName, string>> = {
  openvino: say('insteadOfOpenvino'),
  rocm: say('insteadOfRocm'),
  qnn: say('insteadOfQnn'),
  xnnpack: say('insteadOfXnnpack'),
};

/** Why a provider that this build has could not run a model here, and how to mend it. */
export function explainFailure(
  name: ProviderName,
  detail: string,
  surroundings: ProviderSurroundings,
): Explanation & { readonly action: 'install-cuda' | null } {
  if (name === 'cuda' || name === 'tensorrt') return explainCuda(name, detail, surroundings);
  if (name === 'webgpu') return { ...explainWebgpu(detail, surroundings), action: null };
  if (name === 'dml')
    return {
      reason: say('directMlFailed', { detail: oneLine(detail) }),
      cure: say('updateWindows'),
      action: null,
    };
  if (name === 'cpu')
    return {
      reason: say('cpuFailed', { detail: oneLine(detail) }),
      cure: say('installAgain'),
      action: null,
    };
  return {
    reason: say('testFailed', { detail: oneLine(detail) }),
    cure: say('useCpuOrWebgpuForGpu'),
    action: null,
  };
}

function explainCuda(
  name: 'cuda' | 'tensorrt',
  detail: string,
  surroundings: ProviderSurroundings,
): Explanation & { readonly action: 'install-cuda' | null } {
  const gpu = surroundings.devices.find((device) => device.kind === 'gpu' && device.vendor === 'NVIDIA');
  if (!gpu) {
    return {
      reason: say('noNvidia', { provider: name }),
      cure: say('insteadOfCuda'),
      action: null,
    };
  }
  if (
    /libonnxruntime_providers|shared library|providers_shared|LoadLibrary/i.test(detail) &&
    !/libcu|libnv|libcudnn/i.test(detail)
  ) {
    return {
      reason: say('cudaNotInstalled', { gpu: gpu.name }),
      cure: say('installCuda'),
      action: 'install-cuda',
    };
  }
  const missing = /(lib[\w.-]+\.so[\w.]*): cannot open shared object file/.exec(detail)?.[1];
  if (missing !== undefined) {
    return {
      reason: say('libraryMissing', { library: missing, provider: name }),
      cure: say(name === 'tensorrt' && /nvinfer|nvonnx/.test(missing) ? 'installTensorRt' : 'installCudaLibraries'),
      action: null,
    };
  }
  return {
    reason: say('testFailedOn', { gpu: gpu.name, detail: oneLine(detail) }),
    cure: say('updateNvidia'),
    action: null,
  };
}

function explainWebgpu(detail: string, surroundings: ProviderSurroundings): Explanation {
  const gpus = surroundings.devices.filter((device) => device.kind === 'gpu' && !device.software);
  const noAdapter = /no supported adapters|failed to get a webgpu adapter|couldn't load vulkan/i.test(detail);
  if (!noAdapter)
    return {
      reason: say('testFailed', { detail: oneLine(detail) }),
      cure: say('updateGraphics'),
    };
  if (surroundings.platform === 'win32') return { reason: say('noDirect3d'), cure: say('installGpuDriver') };
  if (surroundings.platform === 'darwin') return { reason: say('noMetal'), cure: say('useCpuWithoutMetal') };
  if (gpus.length === 0) {
    return {
      reason: say('noGpu'),
      cure: say('installVulkan'),
    };
  }
  const nvidia = gpus.every((gpu) => gpu.vendor === 'NVIDIA');
  return {
    reason: say('noAdapter', { gpus: gpus.map((gpu) => gpu.name).join(' and ') }),
    cure: say(nvidia ? 'installNvidiaVulkan' : 'installMesa'),
  };
}

/** The first meaningful line of an error of ONNX Runtime, without its source paths, ending in a full stop. */
export function oneLine(detail: string): string {
  const line = detail
    .split('\n')
    .map((text) => stripVTControlCharacters(text).trim())
    .find((text) => text !== '');
  const text = (line ?? 'no reason was given')
    .replace(/\/onnxruntime_src\/\S+\s*/g, '')
    .slice(0, 300)
    .trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

import { stripVTControlCharacters } from 'node:util';
import type { ProviderName } from '../../../shared/hardware.ts';
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
        reason: `DirectML exists only on Windows, and this is ${here(surroundings)}.`,
        cure: 'Use webgpu for a GPU here.',
      };
    case 'coreml':
      return {
        reason: `Core ML exists only on macOS, and this is ${here(surroundings)}.`,
        cure: 'Use webgpu for a GPU here, or cpu.',
      };
    case 'cuda':
    case 'tensorrt':
      return {
        reason: `ONNX Runtime for Node has ${name} only on Linux x64, and this is ${here(surroundings)}.`,
        cure: surroundings.platform === 'win32' ? 'Use dml or webgpu for the GPU here.' : 'Use webgpu for a GPU here.',
      };
    case 'cpu':
    case 'webgpu':
      return {
        reason: `This build of ONNX Runtime for ${here(surroundings)} does not have ${name}.`,
        cure: 'Install Crivo for this platform again (in its sources: "npm ci").',
      };
    default:
      return {
        reason: `ONNX Runtime for Node is not built with ${name}.`,
        cure: insteadOf[name] ?? 'Use cpu or webgpu.',
      };
  }
}

const insteadOf: Partial<Record<ProviderName, string>> = {
  openvino: 'Use cpu for Intel processors and webgpu for Intel GPUs.',
  rocm: 'Use webgpu for AMD GPUs.',
  qnn: 'Use cpu, or webgpu for the Adreno GPU.',
  xnnpack: 'Use cpu, whose kernels are as fast on this platform.',
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
      reason: `DirectML could not run a model: ${oneLine(detail)}`,
      cure: 'Update the graphics driver and Windows; until then use cpu or webgpu.',
      action: null,
    };
  if (name === 'cpu')
    return {
      reason: `ONNX Runtime could not run a model: ${oneLine(detail)}`,
      cure: 'Install Crivo again; in its sources, "npm ci" on Node.js 22.12 or newer.',
      action: null,
    };
  return {
    reason: `A test model could not run: ${oneLine(detail)}`,
    cure: 'Use cpu, or webgpu for a GPU.',
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
      reason: `No NVIDIA GPU was found on this machine, and ${name} needs one.`,
      cure: 'Use webgpu for other GPUs, or cpu.',
      action: null,
    };
  }
  if (
    /libonnxruntime_providers|shared library|providers_shared|LoadLibrary/i.test(detail) &&
    !/libcu|libnv|libcudnn/i.test(detail)
  ) {
    return {
      reason: `ONNX Runtime's CUDA libraries are not installed (${gpu.name} is there).`,
      cure: 'Install them from the Devices page, or with "crivo doctor --install cuda".',
      action: 'install-cuda',
    };
  }
  const missing = /(lib[\w.-]+\.so[\w.]*): cannot open shared object file/.exec(detail)?.[1];
  if (missing !== undefined) {
    return {
      reason: `${missing} was not found, which ${name} needs.`,
      cure:
        name === 'tensorrt' && /nvinfer|nvonnx/.test(missing)
          ? "Install NVIDIA's TensorRT 10 and add its folder to LD_LIBRARY_PATH; until then use cuda."
          : "Install NVIDIA's CUDA 12 and cuDNN 9 libraries and add their folders to LD_LIBRARY_PATH.",
      action: null,
    };
  }
  return {
    reason: `A test model could not run on ${gpu.name}: ${oneLine(detail)}`,
    cure: 'Update the NVIDIA driver (CUDA 12 needs 525 or newer).',
    action: null,
  };
}

function explainWebgpu(detail: string, surroundings: ProviderSurroundings): Explanation {
  const gpus = surroundings.devices.filter((device) => device.kind === 'gpu' && !device.software);
  const noAdapter = /no supported adapters|failed to get a webgpu adapter|couldn't load vulkan/i.test(detail);
  if (!noAdapter)
    return {
      reason: `A test model could not run: ${oneLine(detail)}`,
      cure: 'Update the graphics driver; until then use cpu.',
    };
  if (surroundings.platform === 'win32')
    return { reason: 'No Direct3D 12 adapter was found.', cure: "Install the GPU maker's driver; until then use cpu." };
  if (surroundings.platform === 'darwin')
    return { reason: 'No Metal device was found.', cure: 'Use cpu; a virtual machine often has no Metal device.' };
  if (gpus.length === 0) {
    return {
      reason: 'No GPU was found: webgpu runs on Vulkan here, and Vulkan has no adapter.',
      cure: 'Use cpu; if the machine has a GPU, install its Vulkan driver (Debian, Ubuntu: mesa-vulkan-drivers; NVIDIA: its own driver) and libvulkan1.',
    };
  }
  const nvidia = gpus.every((gpu) => gpu.vendor === 'NVIDIA');
  return {
    reason: `Vulkan has no adapter for ${gpus.map((gpu) => gpu.name).join(' and ')}, and webgpu runs on Vulkan here.`,
    cure: nvidia
      ? "Install NVIDIA's own driver and the package libvulkan1 (Fedora: vulkan-loader)."
      : 'Install the packages mesa-vulkan-drivers and libvulkan1 (Fedora: vulkan-loader), and let your user into the groups "render" and "video".',
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

/** Processors, execution providers, and the fingerprint of what a run ran on. */

export type DeviceKind = 'cpu' | 'gpu' | 'npu';

export interface Device {
  /** Stable on this machine (`cpu-0`, `gpu-pci-0000:01:00.0`). */
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly vendor: string;
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  /** A GPU that is emulated on the CPU (swiftshader, llvmpipe). */
  readonly software: boolean;
  /** Which sources said so (`systeminformation`, `nvidia-smi`, `vulkan`, `sysfs`). */
  readonly sources: readonly string[];
  /** Facts worth showing, already in words (`cores` → `2 physical, 2 logical`). */
  readonly facts: Readonly<Record<string, string>>;
}

/** ONNX Runtime's short names as onnxruntime-node takes them. */
export const providerNames = [
  'cpu',
  'webgpu',
  'cuda',
  'tensorrt',
  'dml',
  'coreml',
  'openvino',
  'rocm',
  'qnn',
  'xnnpack',
] as const;
export type ProviderName = (typeof providerNames)[number];

/** Whether a provider works here, proved by running a tiny model in a process of its own. */
export type ProviderStatus =
  | {
      readonly name: ProviderName;
      readonly state: 'working';
      /** What was run and where its nodes ran, in one sentence. */
      readonly proof: string;
      readonly nodesOnProvider: number;
      readonly nodeCount: number;
      readonly probeMs: number;
      readonly device: string | null;
    }
  | {
      readonly name: ProviderName;
      readonly state: 'unusable';
      readonly reason: string;
      readonly cure: string;
      /** A cure that the program can carry out itself. */
      readonly action: 'install-cuda' | null;
    };

/** What a run ran on. Two runs are comparable only if the fields that matter agree. */
export interface Environment {
  readonly cpuModel: string;
  readonly physicalCores: number;
  readonly logicalCores: number;
  /** ISA extensions that matter to inference (`avx2`, `avx512f`, `avx512_vnni`, `avx_vnni`, `amx_int8`, `neon`, `dotprod`, `i8mm`). */
  readonly isa: readonly string[];
  readonly governor: string | null;
  readonly memoryBytes: number;
  readonly operatingSystem: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly gpu: string | null;
  readonly gpuDriver: string | null;
  readonly powerSource: 'ac' | 'battery' | 'unknown';
  readonly virtualized: boolean | null;
  readonly onnxRuntimeVersion: string;
  readonly nodeVersion: string;
  readonly crivoVersion: string;
  /** Random id of this data folder's machine, so that histories of machines are never mixed. */
  readonly machineId: string;
}

export interface HardwareReport {
  readonly devices: readonly Device[];
  readonly providers: readonly ProviderStatus[];
  readonly environment: Environment;
  /** UTC, ISO 8601: when it was probed (a cached report keeps its time). */
  readonly probedAt: string;
  /** Sources that could not be asked, with the reason. */
  readonly notes: readonly string[];
}

/** One reading of what the machine is doing; null where the machine doesn't tell. */
export interface TelemetryReading {
  /** Epoch ms. */
  readonly at: number;
  /** Share of all cores that is busy, 0–1. */
  readonly cpuLoad: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly cpuTemperatureC: number | null;
  readonly cpuFrequencyMhz: number | null;
  readonly gpuLoad: number | null;
  readonly gpuMemoryUsedBytes: number | null;
  readonly gpuTemperatureC: number | null;
  readonly powerSource: 'ac' | 'battery' | 'unknown';
}

/** Libraries of ONNX Runtime that are fetched on request. */
export interface GpuRuntimeOffer {
  /** Of ONNX Runtime, and so of the libraries. */
  readonly version: string;
  readonly sizeBytes: number;
  /** SPDX. */
  readonly license: string;
  /** What has to be on the machine besides. */
  readonly needs: string;
  readonly installed: boolean;
}

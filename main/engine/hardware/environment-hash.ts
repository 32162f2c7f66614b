import { createHash } from 'node:crypto';
import type { Environment } from '../../../shared/hardware.ts';

/** SHA-256 (hex) of the environment's canonical JSON: keys sorted, every field, so that a stored environment is exactly its hash. */
export function environmentHash(environment: Environment): string {
  const entries = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}

/** A field in which two environments differ, both values as text. */
export interface EnvironmentDifference {
  readonly field: keyof Environment;
  readonly label: string;
  readonly left: string;
  readonly right: string;
}

/** Fields that make two runs incomparable; Crivo's own version is recorded but doesn't. */
const comparable: Readonly<Partial<Record<keyof Environment, string>>> = {
  machineId: 'machine',
  cpuModel: 'CPU',
  physicalCores: 'physical cores',
  logicalCores: 'logical cores',
  isa: 'ISA extensions',
  governor: 'frequency governor',
  memoryBytes: 'memory',
  operatingSystem: 'operating system',
  kernel: 'kernel',
  architecture: 'architecture',
  gpu: 'GPU',
  gpuDriver: 'GPU driver',
  powerSource: 'power source',
  virtualized: 'virtual machine',
  onnxRuntimeVersion: 'ONNX Runtime',
  nodeVersion: 'Node.js',
};

/** The fields that make runs on the two environments incomparable; empty where they may be compared. */
export function environmentDifferences(left: Environment, right: Environment): EnvironmentDifference[] {
  return (Object.keys(comparable) as (keyof Environment)[])
    .filter((field) => !agree(field, left, right))
    .map((field) => ({ field, label: comparable[field]!, left: asText(left[field]), right: asText(right[field]) }));
}

function agree(field: keyof Environment, left: Environment, right: Environment): boolean {
  // The kernel's own share of the memory varies a little from boot to boot.
  if (field === 'memoryBytes')
    return Math.abs(left.memoryBytes - right.memoryBytes) <= 0.01 * Math.max(left.memoryBytes, right.memoryBytes);
  return JSON.stringify(left[field]) === JSON.stringify(right[field]);
}

function asText(value: Environment[keyof Environment]): string {
  if (value === null) return 'unknown';
  if (typeof value === 'object') return value.join(' ');
  return String(value);
}

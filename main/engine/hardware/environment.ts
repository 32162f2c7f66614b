import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { release, totalmem, version } from 'node:os';
import { promisify } from 'node:util';
import { osInfo, system } from 'systeminformation';
import type { Device, Environment } from '../../../shared/hardware.ts';
import { crivoVersion } from '../version.ts';
import { readPowerSource } from './power.ts';
import { readGovernor } from './processor.ts';
import type { Processor } from './processor.ts';

/** What the fingerprint is made of besides what it reads itself. */
export interface EnvironmentParts {
  readonly processor: Processor;
  readonly isa: readonly string[];
  readonly devices: readonly Device[];
  readonly onnxRuntimeVersion: string;
  readonly machineId: string;
}

/** The fingerprint of what a run runs on; no serial numbers, no host name. */
export async function readEnvironment(parts: EnvironmentParts): Promise<Environment> {
  const gpus = parts.devices.filter((device) => device.kind === 'gpu' && !device.software);
  const drivers = [...new Set(gpus.map((gpu) => gpu.driver).filter((driver) => driver !== null))];
  const [operatingSystem, virtualized, changing] = await Promise.all([
    readOperatingSystem(),
    readVirtualized(),
    readChanging(),
  ]);
  return {
    cpuModel: parts.processor.model,
    physicalCores: parts.processor.physicalCores,
    logicalCores: parts.processor.logicalCores,
    isa: parts.isa,
    memoryBytes: totalmem(),
    operatingSystem,
    kernel: release(),
    architecture: process.arch,
    gpu: gpus.length === 0 ? null : gpus.map((gpu) => gpu.name).join(' + '),
    gpuDriver: drivers.length === 0 ? null : drivers.join(' + '),
    virtualized,
    onnxRuntimeVersion: parts.onnxRuntimeVersion,
    nodeVersion: process.versions.node,
    crivoVersion,
    machineId: parts.machineId,
    ...changing,
  };
}

/** The fields that a person can change at any moment; read again for each run. */
export async function readChanging(): Promise<Pick<Environment, 'governor' | 'powerSource'>> {
  const [governor, powerSource] = await Promise.all([readGovernor(), readPowerSource()]);
  return { governor, powerSource };
}

/** `PRETTY_NAME` of an os-release file, or null. */
export const prettyName = (osRelease: string): string | null =>
  /^PRETTY_NAME="?(.*?)"?\s*$/m.exec(osRelease)?.[1] || null;

async function readOperatingSystem(): Promise<string> {
  if (process.platform === 'linux') {
    const name = prettyName(await readFile('/etc/os-release', 'utf8').catch(() => ''));
    return name ?? 'Linux';
  }
  const told = await osInfo().catch(() => null);
  return told === null ? version() : `${told.distro} ${told.release}`.trim();
}

/** Whether a hypervisor runs beneath; null where the machine doesn't tell. */
async function readVirtualized(): Promise<boolean | null> {
  if (process.platform === 'linux') {
    if (process.arch === 'x64')
      return readFile('/proc/cpuinfo', 'utf8').then(
        (text) => /^flags\s*:.*\bhypervisor\b/m.test(text),
        () => null,
      );
    const vendor = await readFile('/sys/class/dmi/id/sys_vendor', 'utf8').catch(() => null);
    return vendor === null
      ? null
      : /qemu|kvm|amazon ec2|google|microsoft corporation|vmware|xen|parallels|apple/i.test(vendor);
  }
  if (process.platform === 'darwin') {
    return promisify(execFile)('/usr/sbin/sysctl', ['-n', 'kern.hv_vmm_present'], { timeout: 2_000 }).then(
      ({ stdout }) => stdout.trim() === '1',
      () => null,
    );
  }
  return system().then(
    (told) => told.virtual,
    () => null,
  );
}

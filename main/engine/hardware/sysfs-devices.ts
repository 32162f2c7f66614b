import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { say } from '../../../shared/phrases/phrase.ts';
import { hexId, vendorById } from './finding.ts';
import type { Finding, Probed } from './finding.ts';

/** What `/sys/bus/pci/devices/<address>` says of a device; file contents as they are. */
export interface PciEntry {
  readonly address: string;
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  /** Kernel driver bound to it, or null. */
  readonly driver: string | null;
  /** amdgpu's `mem_info_vram_total`, or null. */
  readonly vramBytes: string | null;
}

/** Display controllers and processing accelerators (NPUs) on the PCI bus (Linux). */
export async function probeSysfs(folder = '/sys/bus/pci/devices'): Promise<Probed> {
  let addresses: string[];
  try {
    addresses = await readdir(folder);
  } catch {
    return { findings: [], notes: [say('pciNotListed', { folder })] };
  }
  const entries = await Promise.all(addresses.map((address) => readEntry(join(folder, address), address)));
  return { findings: findingsFromPci(entries), notes: [] };
}

/** Findings of PCI class 0x03 (display) and 0x12 (processing accelerator), and of NPU drivers. */
export function findingsFromPci(entries: readonly PciEntry[]): Finding[] {
  return entries.flatMap((entry): Finding[] => {
    const kind = kindOf(entry);
    if (kind === null) return [];
    const vendorId = hexId(entry.vendor);
    const vram = entry.vramBytes === null ? Number.NaN : Number(entry.vramBytes);
    return [
      {
        source: 'sysfs',
        kind,
        name: null,
        vendorId,
        deviceId: hexId(entry.device),
        pciAddress: entry.address.toLowerCase(),
        vendor: vendorById(vendorId),
        memoryBytes: Number.isFinite(vram) && vram > 0 ? vram : null,
        driver: null,
        software: false,
        facts: entry.driver === null ? {} : { 'kernel driver': entry.driver },
      },
    ];
  });
}

/** AMD's NPU has the class of a signal processor, which says nothing: its driver does. */
function kindOf(entry: PciEntry): 'gpu' | 'npu' | null {
  if (/^0x03/.test(entry.class)) return 'gpu';
  return /^0x12/.test(entry.class) || entry.driver === 'amdxdna' || entry.driver === 'intel_vpu' ? 'npu' : null;
}

async function readEntry(folder: string, address: string): Promise<PciEntry> {
  const text = (name: string): Promise<string | null> =>
    readFile(join(folder, name), 'utf8').then(
      (content) => content.trim(),
      () => null,
    );
  const driver = await readlink(join(folder, 'driver')).then(basename, () => null);
  return {
    address,
    class: (await text('class')) ?? '',
    vendor: (await text('vendor')) ?? '',
    device: (await text('device')) ?? '',
    driver,
    vramBytes: await text('mem_info_vram_total'),
  };
}

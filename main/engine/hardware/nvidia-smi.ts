import { say } from '../../../shared/phrases/phrase.ts';
import { pciAddress } from './finding.ts';
import type { Finding, Probed } from './finding.ts';
import { runTool } from './run-tool.ts';

const fields = [
  'pci.bus_id',
  'pci.device_id',
  'memory.total',
  'memory.used',
  'driver_version',
  'temperature.gpu',
  'utilization.gpu',
  'compute_cap',
  // Last: a name may hold a comma.
  'name',
] as const;
type Field = (typeof fields)[number];

/** One GPU as nvidia-smi sees it; null where it says `[N/A]` or an error. */
export interface NvidiaGpu {
  readonly name: string;
  readonly pciAddress: string | null;
  readonly deviceId: string | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryUsedBytes: number | null;
  readonly driver: string | null;
  readonly temperatureC: number | null;
  readonly load: number | null;
  readonly computeCapability: string | null;
}

/** Asks nvidia-smi for every GPU; the reason where it can't be asked. */
export async function askNvidiaSmi(
  deadlineMs: number,
): Promise<{ readonly gpus: readonly NvidiaGpu[] } | { readonly reason: string }> {
  const output = await runTool(
    'nvidia-smi',
    [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
    deadlineMs,
  );
  return output.ok ? { gpus: parseNvidiaSmi(output.stdout) } : { reason: output.reason };
}

/** Devices as nvidia-smi tells them. */
export async function probeNvidiaSmi(deadlineMs: number): Promise<Probed> {
  const answer = await askNvidiaSmi(deadlineMs);
  return 'reason' in answer
    ? {
        findings: [],
        notes: [say('smiNotAsked', { reason: answer.reason })],
      }
    : { findings: answer.gpus.map(toFinding), notes: [] };
}

/** Rows of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; lines that aren't rows are left out. */
export function parseNvidiaSmi(csv: string): NvidiaGpu[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => line.split(',').length >= fields.length)
    .map((line) => {
      const cells = line.split(',').map((cell) => cell.trim());
      const value = (field: Field): string | null => {
        const index = fields.indexOf(field);
        const text = field === 'name' ? cells.slice(index).join(', ') : (cells[index] ?? '');
        return text === '' || /^\[.*\]$|^n\/a$|^unknown error$|^err!$/i.test(text) ? null : text;
      };
      const mebibytes = (field: Field): number | null => scaled(value(field), 1024 * 1024);
      return {
        name: value('name') ?? 'NVIDIA GPU',
        pciAddress: pciAddress(value('pci.bus_id') ?? ''),
        // `0x268410DE`: device, then vendor.
        deviceId: /^0x([0-9a-f]{4})10de$/i.exec(value('pci.device_id') ?? '')?.[1]?.toLowerCase() ?? null,
        memoryTotalBytes: mebibytes('memory.total'),
        memoryUsedBytes: mebibytes('memory.used'),
        driver: value('driver_version'),
        temperatureC: scaled(value('temperature.gpu'), 1),
        load: scaled(value('utilization.gpu'), 0.01),
        computeCapability: value('compute_cap'),
      };
    });
}

function toFinding(gpu: NvidiaGpu): Finding {
  return {
    source: 'nvidia-smi',
    kind: 'gpu',
    name: gpu.name,
    vendorId: '10de',
    deviceId: gpu.deviceId,
    pciAddress: gpu.pciAddress,
    vendor: 'NVIDIA',
    memoryBytes: gpu.memoryTotalBytes,
    driver: gpu.driver,
    software: false,
    facts: gpu.computeCapability === null ? {} : { 'compute capability': gpu.computeCapability },
  };
}

function scaled(text: string | null, factor: number): number | null {
  if (text === null) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value * factor : null;
}

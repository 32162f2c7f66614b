/** What one source says of one GPU or NPU; `joinFindings` makes devices of them. */
export interface Finding {
  readonly source: FindingSource;
  readonly kind: 'gpu' | 'npu';
  readonly name: string | null;
  /** Four lower-case hex digits. */
  readonly vendorId: string | null;
  readonly deviceId: string | null;
  /** `0000:01:00.0`, lower case. */
  readonly pciAddress: string | null;
  readonly vendor: string | null;
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  readonly software: boolean;
  readonly facts: Readonly<Record<string, string>>;
}

/** In the order in which they are believed. */
export const findingSources = ['nvidia-smi', 'vulkan', 'systeminformation', 'sysfs'] as const;
export type FindingSource = (typeof findingSources)[number];

/** A probe's findings, with a note for what it could not tell. */
export interface Probed {
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

const vendors: Readonly<Record<string, string>> = {
  '1002': 'AMD',
  '1022': 'AMD',
  '10de': 'NVIDIA',
  '8086': 'Intel',
  '106b': 'Apple',
  '13b5': 'Arm',
  '5143': 'Qualcomm',
  '17cb': 'Qualcomm',
  '1414': 'Microsoft',
  '14e4': 'Broadcom',
  '1010': 'Imagination',
  '1ae0': 'Google',
  '1af4': 'Red Hat (virtio)',
  '1b36': 'Red Hat (QXL)',
  '1234': 'QEMU',
  '15ad': 'VMware',
  '80ee': 'VirtualBox',
  '1d0f': 'Amazon',
  '102b': 'Matrox',
  '1a03': 'ASPEED',
  '10005': 'Mesa',
};

/** A vendor by PCI id (four hex digits, or a Khronos id), or null. */
export const vendorById = (id: string | null): string | null => (id === null ? null : (vendors[id] ?? null));

/** `10de` of `0x10DE`, `0x000010de`, `10de`; null where it is no such number. */
export function hexId(text: string): string | null {
  const match = /^(?:0x)?([0-9a-f]+)$/i.exec(text.trim());
  if (!match) return null;
  return Number.parseInt(match[1]!, 16).toString(16).padStart(4, '0');
}

/** `0000:01:00.0` of `00000000:01:00.0`, `01:00.0`, `PCI:0000:01:00.0`; null where it is no PCI address. */
export function pciAddress(text: string): string | null {
  const match = /(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(text.trim());
  if (!match) return null;
  const domain = Number.parseInt(match[1] ?? '0', 16)
    .toString(16)
    .padStart(4, '0');
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase();
}

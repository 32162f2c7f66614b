import { say } from '../../../shared/phrases/phrase.ts';
import { hexId, vendorById } from './finding.ts';
import type { Finding, Probed } from './finding.ts';
import { runTool } from './run-tool.ts';

/** Devices as `vulkaninfo --summary` tells them. */
export async function probeVulkan(deadlineMs: number): Promise<Probed> {
  const output = await runTool('vulkaninfo', ['--summary'], deadlineMs);
  if (!output.ok)
    return {
      findings: [],
      notes: [say('vulkanNotListed', { reason: output.reason })],
    };
  return { findings: parseVulkanSummary(output.stdout), notes: [] };
}

/** Device blocks (`GPU0:` …) of `vulkaninfo --summary`; layers and warnings before them are passed over. */
export function parseVulkanSummary(text: string): Finding[] {
  const blocks: Record<string, string>[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*GPU\d+:?\s*$/.test(line)) blocks.push({});
    const pair = /^\s+(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    const block = blocks.at(-1);
    // The first value wins: blocks end without a mark, and what follows may repeat a name.
    if (pair && block && !(pair[1]! in block)) block[pair[1]!] = pair[2]!;
  }
  return blocks.filter((block) => block['deviceName'] !== undefined).map(toFinding);
}

const typeWords: Readonly<Record<string, string>> = {
  DISCRETE_GPU: 'discrete',
  INTEGRATED_GPU: 'integrated',
  VIRTUAL_GPU: 'virtual',
  CPU: 'software',
};

function toFinding(block: Readonly<Record<string, string>>): Finding {
  const type = (block['deviceType'] ?? '').replace(/^(VK_)?PHYSICAL_DEVICE_TYPE_/, '');
  const name = block['deviceName'] ?? null;
  const vendorId = hexId(block['vendorID'] ?? '');
  const driver = [block['driverName'], block['driverInfo']]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  const version = block['apiVersion']?.split(' ')[0];
  return {
    source: 'vulkan',
    kind: 'gpu',
    name,
    vendorId,
    deviceId: hexId(block['deviceID'] ?? ''),
    pciAddress: null,
    vendor: vendorById(vendorId),
    memoryBytes: null,
    driver: driver === '' ? null : driver,
    software: type === 'CPU' || isSoftwareName(name),
    facts: {
      ...(typeWords[type] === undefined ? {} : { type: typeWords[type] }),
      ...(version === undefined ? {} : { vulkan: version }),
    },
  };
}

/** Whether a device's name is that of a GPU emulated on the CPU. */
export const isSoftwareName = (name: string | null): boolean =>
  name !== null && /llvmpipe|lavapipe|softpipe|swiftshader|swrast|microsoft basic render/i.test(name);

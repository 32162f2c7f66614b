import { graphics } from 'systeminformation';
import type { Systeminformation } from 'systeminformation';
import { hexId, pciAddress, vendorById } from './finding.ts';
import type { Finding, Probed } from './finding.ts';
import { withDeadline } from './run-tool.ts';
import { isSoftwareName } from './vulkan.ts';

/** Graphics controllers as systeminformation tells them (lspci on Linux, CIM and the registry on Windows, system_profiler on macOS). */
export async function probeControllers(deadlineMs: number): Promise<Probed> {
  try {
    const { controllers } = await withDeadline('The list of graphics controllers', deadlineMs, graphics());
    return { findings: controllers.map(findingFromController), notes: [] };
  } catch (error) {
    return { findings: [], notes: [`${error instanceof Error ? error.message : String(error)}.`] };
  }
}

/** One controller of systeminformation, whose memory is in MiB. */
export function findingFromController(controller: Systeminformation.GraphicsControllerData): Finding {
  const vendorId = hexId(controller.vendorId ?? '');
  const name = filled(controller.model) ?? filled(controller.name);
  const memoryMib = controller.memoryTotal ?? controller.vram;
  return {
    source: 'systeminformation',
    kind: 'gpu',
    name,
    vendorId,
    deviceId: hexId(controller.deviceId ?? ''),
    pciAddress: pciAddress(controller.pciBus ?? controller.busAddress ?? ''),
    vendor: vendorById(vendorId) ?? shortVendor(filled(controller.vendor)),
    // Dynamic memory is a share of the system's, not the device's own.
    memoryBytes:
      typeof memoryMib === 'number' && memoryMib > 0 && !controller.vramDynamic ? memoryMib * 1024 * 1024 : null,
    driver: filled(controller.driverVersion),
    software: isSoftwareName(name),
    facts: {
      ...(controller.cores === undefined ? {} : { 'gpu cores': String(controller.cores) }),
      ...(filled(controller.metalVersion) === null ? {} : { metal: controller.metalVersion! }),
    },
  };
}

const filled = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim();

function shortVendor(vendor: string | null): string | null {
  if (vendor === null) return null;
  const known = /nvidia|amd|intel|apple|qualcomm/i.exec(vendor)?.[0]?.toLowerCase();
  if (known !== undefined)
    return { nvidia: 'NVIDIA', amd: 'AMD', intel: 'Intel', apple: 'Apple', qualcomm: 'Qualcomm' }[known] ?? vendor;
  return /advanced micro devices/i.test(vendor) ? 'AMD' : vendor;
}

import type { Device } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { probeControllers } from './controllers.ts';
import type { Probed } from './finding.ts';
import { joinFindings } from './join-findings.ts';
import { probeNvidiaSmi } from './nvidia-smi.ts';
import { probeSysfs } from './sysfs-devices.ts';
import { probeVulkan } from './vulkan.ts';

const toolDeadlineMs = 2_000;
/** Windows answers through PowerShell, which alone can take seconds to start. */
const controllersDeadlineMs = process.platform === 'win32' ? 10_000 : 4_000;

/** GPUs and NPUs, from every source of this platform at once, joined; and what could not be asked. */
export async function probeDevices(
  platform: NodeJS.Platform = process.platform,
): Promise<{ readonly devices: readonly Device[]; readonly notes: readonly string[] }> {
  const probes: Promise<Probed>[] = [probeControllers(controllersDeadlineMs)];
  if (platform === 'linux') probes.push(probeSysfs());
  // Neither tool exists on macOS, whose system_profiler systeminformation asks.
  if (platform !== 'darwin') probes.push(probeNvidiaSmi(toolDeadlineMs), probeVulkan(toolDeadlineMs));
  const answers = await Promise.all(probes);
  const notes = answers.flatMap((answer) => answer.notes);
  const devices = joinFindings(answers.flatMap((answer) => answer.findings));
  if (devices.length > 0) return { devices, notes };
  return {
    devices,
    notes: [...notes, say('noGpuNamed')],
  };
}

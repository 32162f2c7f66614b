import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { HardwareReport } from '../../../shared/hardware.ts';
import type { Logger } from '../ports.ts';

/** A report as it lies on disk: valid as long as its key is what the machine gives now, and for a day. */
interface CachedReport {
  readonly key: string;
  readonly report: HardwareReport;
}

const oneDayMs = 86_400_000;

/** The kept report, or null where there is none, it is of another driver or runtime, or it is older than a day. */
export async function readCachedReport(file: string, key: string, now: number): Promise<HardwareReport | null> {
  try {
    const cached = JSON.parse(await readFile(file, 'utf8')) as CachedReport;
    const ageMs = now - Date.parse(cached.report.probedAt);
    return cached.key === key && ageMs >= 0 && ageMs < oneDayMs ? cached.report : null;
  } catch {
    // Missing or damaged: it is made again.
    return null;
  }
}

/** Keeps a report. A folder that can't be written only costs time, so it is logged, not thrown. */
export async function keepReport(file: string, key: string, report: HardwareReport, logger: Logger): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, JSON.stringify({ key, report } satisfies CachedReport));
    await rename(temporary, file);
  } catch (error) {
    logger.warn('the hardware report could not be kept', { error: String(error) });
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

const watchedFolders = [
  '/sys/bus/pci/devices',
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib64/libvulkan.so.1',
  '/usr/lib/libvulkan.so.1',
  '/usr/lib/aarch64-linux-gnu/libvulkan.so.1',
  '/proc/driver/nvidia/version',
  'C:\\Windows\\System32\\DriverStore\\FileRepository',
];
const watchedVariables = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'PATH'];

/** What a report rests on, hashed: versions, kernel, processor, and the files of drivers. Cheap: it reads no device. */
export async function reportKey(onnxRuntimeVersion: string, crivoVersion: string): Promise<string> {
  const watched = await Promise.all(watchedFolders.map(modification));
  const variables = watchedVariables.map((name) => process.env[name] ?? '');
  const machine = [
    release(),
    process.versions.node,
    cpus()[0]?.model ?? '',
    cpus().length,
    Math.round(totalmem() / 2 ** 28),
  ];
  return createHash('sha256')
    .update(JSON.stringify([onnxRuntimeVersion, crivoVersion, machine, watched, variables]))
    .digest('hex');
}

/** A file's modification time, or a folder's entries with theirs. */
async function modification(path: string): Promise<string> {
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return path.startsWith('/proc/') ? await readFile(path, 'utf8') : String(info.mtimeMs);
    const names = (await readdir(path)).sort();
    // Times under /sys change at every boot.
    if (path.startsWith('/sys/') || names.length > 200) return names.join(' ');
    const times = await Promise.all(
      names.map((name) =>
        stat(join(path, name)).then(
          (entry) => entry.mtimeMs,
          () => 0,
        ),
      ),
    );
    return names.map((name, index) => `${name}@${times[index]}`).join(' ');
  } catch {
    return '';
  }
}

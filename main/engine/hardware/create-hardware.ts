import { join } from 'node:path';
import type { Environment, HardwareReport, TelemetryReading } from '../../../shared/hardware.ts';
import type { Clock, InferenceRunner, Logger } from '../ports.ts';
import { crivoVersion } from '../version.ts';
import { probeDevices } from './devices.ts';
import { readChanging, readEnvironment } from './environment.ts';
import { readIsa } from './isa.ts';
import { processorDevice, readProcessor } from './processor.ts';
import { probeProviders } from './providers.ts';
import { keepReport, readCachedReport, reportKey } from './report-cache.ts';
import { createTelemetry } from './telemetry.ts';

const processorDeadlineMs = 4_000;
/** A driver that hangs longer than this makes its provider unusable. */
const proofDeadlineMs = 20_000;

export interface HardwareOptions {
  readonly inference: Pick<InferenceRunner, 'prove' | 'backends'>;
  /** An existing folder for the kept report. */
  readonly dataFolder: string;
  /** Random id of the data folder's machine. */
  readonly machineId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the engine knows of the machine. */
export interface Hardware {
  /** Devices, providers and environment; probed once and kept for a day, or until drivers change, or anew with `refresh`. */
  readonly report: (options?: { readonly refresh?: boolean }) => Promise<HardwareReport>;
  /** The fingerprint now: the kept report's, with what can change at any moment read again. */
  readonly environment: () => Promise<Environment>;
  readonly telemetry: () => Promise<TelemetryReading>;
}

/** The machine's devices, providers, fingerprint and readings. */
export function createHardware({ inference, dataFolder, machineId, clock, logger }: HardwareOptions): Hardware {
  const cacheFile = join(dataFolder, 'hardware.json');
  let known: Promise<HardwareReport> | null = null;

  const load = async (refresh: boolean): Promise<HardwareReport> => {
    const backends = await inference.backends();
    const key = await reportKey(backends.version, crivoVersion);
    const kept = refresh ? null : await readCachedReport(cacheFile, key, clock.now());
    if (kept !== null) return kept;
    const report = await probeReport(inference, backends, machineId, clock);
    await keepReport(cacheFile, key, report, logger);
    return report;
  };

  const report: Hardware['report'] = async ({ refresh = false } = {}) => {
    if (known === null || refresh) {
      const loading = load(refresh);
      known = loading;
      // A failure is told once and tried again at the next call.
      loading.catch(() => {
        if (known === loading) known = null;
      });
    }
    const current = await known;
    return { ...current, environment: { ...current.environment, ...(await readChanging()) } };
  };

  return { report, environment: async () => (await report()).environment, telemetry: createTelemetry(clock) };
}

/** Probes everything at once; slow (a second or two). */
async function probeReport(
  inference: Pick<InferenceRunner, 'prove'>,
  backends: Awaited<ReturnType<InferenceRunner['backends']>>,
  machineId: string,
  clock: Clock,
): Promise<HardwareReport> {
  const [processor, isa, probed] = await Promise.all([readProcessor(processorDeadlineMs), readIsa(), probeDevices()]);
  const devices = [processorDevice(processor, isa), ...probed.devices];
  const listed = backends.providers.map((provider) => provider.name);
  const surroundings = { platform: process.platform, architecture: process.arch, devices };
  const [providers, environment] = await Promise.all([
    probeProviders(inference, listed, surroundings, proofDeadlineMs),
    readEnvironment({ processor, isa, devices, onnxRuntimeVersion: backends.version, machineId }),
  ]);
  return {
    devices,
    providers,
    environment,
    probedAt: new Date(clock.now()).toISOString(),
    notes: [...processor.notes, ...probed.notes],
  };
}

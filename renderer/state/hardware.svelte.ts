import type { Call } from '../../shared/contract.ts';
import type { GpuRuntimeOffer, HardwareReport, TelemetryReading } from '../../shared/hardware.ts';
import type { Client } from '../rpc/client.ts';
import { Resource } from './resource.svelte.ts';

const keptReadings = 120;
const pollMs = 1_000;
/** Without a reading for this long, the page asks by itself. */
const silenceMs = 1_500;

/** Devices and providers, and what the machine is doing now. */
export class Hardware {
  readonly report: Resource<HardwareReport>;
  refreshing = $state(false);
  /** The last two minutes, oldest first. */
  readings = $state.raw<readonly TelemetryReading[]>([]);
  readonly #call: Call;
  readonly #client: Client;

  constructor(client: Client) {
    this.#call = client.call;
    this.#client = client;
    this.report = new Resource(() => client.call('hardware.report', {}));
  }

  /** Probes again, which takes some seconds. */
  readonly refresh = async (): Promise<void> => {
    this.refreshing = true;
    try {
      this.report.set(await this.#call('hardware.report', { refresh: true }));
    } finally {
      this.refreshing = false;
    }
  };

  readonly cudaOffer = (): Promise<GpuRuntimeOffer> => this.#call('hardware.cudaOffer', {});

  /** Fetches ONNX Runtime's CUDA libraries, and probes again. */
  readonly installCuda = async (taskId: string): Promise<void> => {
    await this.#call('hardware.installCuda', { taskId });
    this.report.set(await this.#call('hardware.report', {}));
  };

  /** Follows the telemetry while a page shows it; returns the end of it. */
  readonly watch = (): (() => void) => {
    const end = this.#client.on('telemetry', ({ reading }) => this.#take(reading));
    const poll = setInterval(() => {
      const last = this.readings.at(-1)?.at ?? 0;
      if (document.visibilityState === 'visible' && Date.now() - last > silenceMs) void this.#ask();
    }, pollMs);
    void this.#ask();
    return () => {
      end();
      clearInterval(poll);
    };
  };

  async #ask(): Promise<void> {
    // A reading that fails leaves a gap in the lines, which is what it is.
    const reading = await this.#call('hardware.telemetry', {}).catch(() => null);
    if (reading !== null) this.#take(reading);
  }

  #take(reading: TelemetryReading): void {
    if (reading.at > (this.readings.at(-1)?.at ?? 0)) this.readings = [...this.readings, reading].slice(-keptReadings);
  }
}

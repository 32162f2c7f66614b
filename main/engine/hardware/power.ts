import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { battery } from 'systeminformation';

export type PowerSource = 'ac' | 'battery' | 'unknown';

/** One entry of `/sys/class/power_supply`; null where a file is missing. */
export interface PowerSupply {
  readonly type: string | null;
  /** `Device` for the battery of a mouse or a headset. */
  readonly scope: string | null;
  readonly online: string | null;
  readonly status: string | null;
}

/** What the machine runs on; `unknown` where it lists neither mains nor a battery. */
export function powerSourceOf(supplies: readonly PowerSupply[]): PowerSource {
  const own = supplies.filter((supply) => supply.scope !== 'Device');
  if (own.some((supply) => supply.type !== 'Battery' && supply.online === '1')) return 'ac';
  const batteries = own.filter((supply) => supply.type === 'Battery');
  if (batteries.some((supply) => supply.status === 'Discharging')) return 'battery';
  if (batteries.some((supply) => supply.status === 'Charging' || supply.status === 'Full')) return 'ac';
  return own.some((supply) => supply.type !== 'Battery' && supply.online === '0') ? 'battery' : 'unknown';
}

/** What the machine runs on now. */
export async function readPowerSource(
  platform: NodeJS.Platform = process.platform,
  folder = '/sys/class/power_supply',
): Promise<PowerSource> {
  if (platform !== 'linux') {
    const state = await battery().catch(() => null);
    if (state === null || !state.hasBattery) return state === null ? 'unknown' : 'ac';
    return state.acConnected ? 'ac' : 'battery';
  }
  const names = await readdir(folder).catch(() => []);
  const supplies = await Promise.all(
    names.map(async (name) => {
      const text = (file: string): Promise<string | null> =>
        readFile(join(folder, name, file), 'utf8').then(
          (content) => content.trim(),
          () => null,
        );
      return {
        type: await text('type'),
        scope: await text('scope'),
        online: await text('online'),
        status: await text('status'),
      };
    }),
  );
  return powerSourceOf(supplies);
}

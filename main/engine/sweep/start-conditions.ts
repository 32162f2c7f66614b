/** Whether the machine is as a sweep wants it before a cell starts. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TelemetryReading } from '../../../shared/hardware.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { StartConditions } from '../../../shared/sweep.ts';
import { formatPercent } from '../../../shared/units.ts';

/** Share of all cores that other work may take while the machine counts as idle. */
const idleLoad = 0.1;
/** Nothing of Crivo's own runs between two cells; so long its load is looked at. */
const loadWindowMs = 500;

export type MachineState = Pick<TelemetryReading, 'powerSource' | 'cpuLoad' | 'cpuTemperatureC'>;

/** Whether anything has to be read before a cell may start. */
export const hasConditions = ({ onlyOnAc, onlyWhenIdle, coolerThanC }: StartConditions): boolean =>
  onlyOnAc === true || onlyWhenIdle === true || coolerThanC !== undefined;

/** What a sweep still waits for, one sentence without a full stop; null where it may start. What the machine doesn't tell holds nothing up. */
export function unmetCondition(conditions: StartConditions, machine: MachineState): string | null {
  const { onlyOnAc, onlyWhenIdle, coolerThanC } = conditions;
  if (onlyOnAc === true && machine.powerSource === 'battery') return say('waitsForMains');
  if (onlyWhenIdle === true && machine.cpuLoad !== null && machine.cpuLoad > idleLoad)
    return say('waitsForIdle', { share: formatPercent(machine.cpuLoad, 0), limit: formatPercent(idleLoad, 0) });
  if (coolerThanC !== undefined && machine.cpuTemperatureC !== null && machine.cpuTemperatureC >= coolerThanC)
    return say('waitsForCool', { temperature: Math.round(machine.cpuTemperatureC), limit: coolerThanC });
  return null;
}

/** Reads the machine now, over half a second. `read` gives the load since its last call. */
export async function readMachine(read: () => Promise<TelemetryReading>): Promise<MachineState> {
  await read();
  await pause(loadWindowMs);
  return read();
}

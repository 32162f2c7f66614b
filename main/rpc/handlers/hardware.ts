import type { Handlers } from '../../../shared/contract.ts';
import type { Hardware } from '../../engine/hardware/create-hardware.ts';

/** Answers the calls about the machine. */
export const hardwareHandlers = (hardware: Hardware): Pick<Handlers, 'hardware.report' | 'hardware.telemetry'> => ({
  'hardware.report': (input) => hardware.report(input),
  'hardware.telemetry': () => hardware.telemetry(),
});

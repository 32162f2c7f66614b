/** Watches the machine as the parent of a cell does, until it is ended. */
import { watchSensors } from '../../main/inference/machine-sensors.ts';

watchSensors({ measuredPids: new Set([process.ppid]) });
setInterval(() => {}, 60_000);

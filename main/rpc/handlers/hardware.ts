import type { Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Answers the calls about the machine. */
export const hardwareHandlers = ({ hardware, gpuRuntime, tasks }: Pick<Engine, 'hardware' | 'gpuRuntime' | 'tasks'>) =>
  ({
    'hardware.report': (input) => hardware.report(input),
    'hardware.telemetry': () => hardware.telemetry(),
    'hardware.cudaOffer': () => gpuRuntime.offer(),
    'hardware.installCuda': async ({ taskId }) => {
      await tasks.run(taskId, say('cudaTask'), (options) => gpuRuntime.install(options));
      // What can be used has changed.
      await hardware.report({ refresh: true });
      return gpuRuntime.offer();
    },
  }) satisfies Partial<Handlers>;

/** Every call's handler, from an engine. */
import type { AppInfo, Handlers } from '../../../shared/contract.ts';
import type { Engine } from '../../engine/create-engine.ts';
import type { Publish } from '../../engine/ports.ts';
import { datasetHandlers } from './datasets.ts';
import { appHandlers } from './app.ts';
import { hardwareHandlers } from './hardware.ts';
import { modelHandlers } from './models.ts';
import { resultsHandlers } from './results.ts';
import { settingsHandlers } from './settings.ts';
import { sweepHandlers } from './sweeps.ts';
import { variantHandlers } from './variants.ts';

export const createHandlers = (engine: Engine, publish: Publish, info: AppInfo): Handlers => ({
  ...modelHandlers(engine),
  ...hardwareHandlers(engine),
  ...variantHandlers(engine),
  ...datasetHandlers(engine),
  ...sweepHandlers(engine),
  ...resultsHandlers(engine.store),
  ...settingsHandlers(engine.store, publish),
  'tasks.cancel': ({ taskId }) => {
    engine.tasks.cancel(taskId);
    return null;
  },
  ...appHandlers(engine, info),
});

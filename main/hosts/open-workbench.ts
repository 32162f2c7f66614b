/** Opens the engine on a data folder with the real processes, for any host. */
import { join } from 'node:path';
import type { AppInfo, EngineEvent } from '../../shared/contract.ts';
import { createEngine } from '../engine/create-engine.ts';
import { gpuRuntimeFolder, packageVersion } from '../engine/gpu-runtime/gpu-runtime.ts';
import { createGpuState } from '../engine/hardware/gpu-state.ts';
import type { Clock, Logger } from '../engine/ports.ts';
import type { RunReader } from '../engine/store/run-reader.ts';
import { crivoVersion } from '../engine/version.ts';
import { useRuntimeIn } from '../inference/installed-runtime.ts';
import { createInferenceRunner } from '../inference/runner.ts';
import { createJobRunner } from '../jobs/job-runner.ts';
import { callThrough, createDispatch } from '../rpc/dispatch.ts';
import { createEventHub } from '../rpc/event-hub.ts';
import { createHandlers } from '../rpc/handlers/index.ts';
import { createKeepAwake } from './keep-awake.ts';
import { openLogFile } from './log-file.ts';
import type { ProgramPaths } from './paths.ts';
import type { Workbench } from './workbench.ts';

export interface OpenWorkbenchOptions {
  readonly dataFolder: string;
  readonly program: ProgramPaths;
  readonly host: AppInfo['host'];
  /** Instead of the data folder's log. */
  readonly logger?: Logger;
  /** Instead of the system's. */
  readonly clock?: Clock;
}

const telemetryMs = 1_000;
/** After this, the first look at the results is prepared. */
const warmUpMs = 1_000;

/**
 * Starts both threads that read results, fills what they keep in memory and lets them compile what a comparison takes, before a
 * person looks. What fails now is told when it is asked for.
 */
async function prepareResults({
  query,
  facets,
  samples,
  compare,
}: Omit<RunReader, 'close' | 'exportTo' | 'history'>): Promise<void> {
  const newest = query({ where: '', sort: [{ column: 'startedAt', descending: true }], limit: 100 });
  await Promise.allSettled([newest, facets('')]);
  const measured = (await newest).rows.find(({ samples: count }) => count !== null);
  if (measured === undefined) return;
  const { id } = measured;
  const drawn = { limit: 2_000, sorted: true };
  await Promise.all([samples(id, drawn), samples(id, drawn)]);
  await compare({ pairs: [{ candidate: id, baseline: id }], statistic: 'p50' });
}

/** Raises `storage` where the data folder can't be used. */
export async function openWorkbench({
  dataFolder,
  program,
  host,
  ...options
}: OpenWorkbenchOptions): Promise<Workbench> {
  const logFile = openLogFile(dataFolder, host);
  const logger = options.logger ?? logFile;
  const { nodePath, cellEntry, jobEntry, resourcesFolder, readerEntry, runtimeFolder } = program;
  const cudaFolder = gpuRuntimeFolder(dataFolder, await packageVersion(runtimeFolder));
  const hub = createEventHub(() => engine.present());
  // The desktop has Electron do it.
  const awake = host === 'desktop' ? null : createKeepAwake(logger);
  const publish = (event: EngineEvent): void => {
    hub.publish(event);
    if (event.type === 'queue') awake?.tell(event.state);
  };
  const engine = await createEngine({
    ...{ dataFolder, resourcesFolder, runtimeFolder, logger, publish },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    inference: createInferenceRunner({
      ...{ nodePath, cellEntryPath: cellEntry, readGpu: createGpuState() },
      temporaryParent: join(dataFolder, 'work'),
      nodeOptionsFor: (provider) => (provider === 'cuda' || provider === 'tensorrt' ? useRuntimeIn(cudaFolder) : []),
    }),
    jobs: createJobRunner({ nodePath, entryPath: jobEntry }),
    // A command line does one thing and ends; a window must never wait for a long read.
    ...(host === 'command line' ? {} : { readerEntry }),
  });
  const info: AppInfo = {
    ...{ version: crivoVersion, dataFolder, host },
    runtimes: {
      node: process.versions.node,
      ...(process.versions.electron === undefined ? {} : { electron: process.versions.electron }),
    },
  };
  const dispatch = createDispatch(createHandlers(engine, publish, info), logger);
  const warmUp =
    host === 'command line'
      ? undefined
      : setTimeout(() => void prepareResults(engine.store.runs).catch(() => {}), warmUpMs).unref();
  const stopTelemetry = host === 'command line' ? () => {} : publishTelemetry();
  return {
    dispatch,
    call: callThrough(dispatch),
    hub,
    logger,
    queueIdle: engine.queue.whenIdle,
    close: async () => {
      stopTelemetry();
      clearTimeout(warmUp);
      await engine.close();
      awake?.close();
      await logFile.close();
    },
  };

  /** One reading a second while a window listens. */
  function publishTelemetry(): () => void {
    const timer = setInterval(() => {
      if (hub.listeners() === 0) return;
      engine.hardware.telemetry().then(
        (reading) => hub.publish({ type: 'telemetry', reading }),
        (error: unknown) => logger.warn('no telemetry', { error: String(error) }),
      );
    }, telemetryMs);
    return () => clearInterval(timer);
  }
}

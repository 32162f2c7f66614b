/** The only composition root: every part of the engine, from a data folder and what the host injects. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineEvent } from '../../shared/contract.ts';
import { fromFailure } from '../../shared/errors.ts';
import { createAccuracy } from './accuracy/accuracy.ts';
import type { Accuracy } from './accuracy/accuracy.ts';
import { bundledDatasets } from './accuracy/bundled-datasets.ts';
import { createDatasets } from './accuracy/datasets.ts';
import type { Datasets } from './accuracy/datasets.ts';
import { createLayerDrifts } from './accuracy/layers/layer-drifts.ts';
import type { LayerDrifts } from './accuracy/layers/layer-drifts.ts';
import { createGpuRuntime } from './gpu-runtime/gpu-runtime.ts';
import type { GpuRuntime } from './gpu-runtime/gpu-runtime.ts';
import { createHardware } from './hardware/create-hardware.ts';
import type { Hardware } from './hardware/create-hardware.ts';
import { createTelemetry } from './hardware/telemetry.ts';
import { createLibrary } from './library/library.ts';
import type { Library } from './library/library.ts';
import { silentLogger, systemClock } from './ports.ts';
import type { Clock, InferenceRunner, JobRunner, Logger, Publish } from './ports.ts';
import { createVariantSearch } from './search/search-variant.ts';
import type { VariantSearch } from './search/search-variant.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import { cellTools } from './sweep/prepare-cell.ts';
import { createNightReports } from './sweep/night-report.ts';
import type { NightReports } from './sweep/night-report.ts';
import { createQueue } from './sweep/queue.ts';
import type { Queue } from './sweep/queue.ts';
import { readMachine } from './sweep/start-conditions.ts';
import { createSweeps } from './sweep/sweeps.ts';
import type { Sweeps } from './sweep/sweeps.ts';
import { createTasks } from './tasks.ts';
import type { Tasks } from './tasks.ts';
import { createRecipeBook } from './variants/recipe-book.ts';
import type { RecipeBook } from './variants/recipe-book.ts';
import { createPruningAnalyses } from './variants/pruning-analyses.ts';
import type { PruningAnalyses } from './variants/pruning-analyses.ts';
import { createVariants } from './variants/variants.ts';
import type { Variants } from './variants/variants.ts';
import { openWorkFolder } from './work-folder.ts';

export interface EngineOptions {
  readonly dataFolder: string;
  /** Starter models, bundled datasets, example sweeps. */
  readonly resourcesFolder: string;
  readonly inference: InferenceRunner;
  readonly jobs: JobRunner;
  /** The folder of the package onnxruntime-node. */
  readonly runtimeFolder: string;
  readonly publish?: Publish;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** See `StoreOptions.readerEntry`. */
  readonly readerEntry?: string;
}

export interface Engine {
  readonly store: Store;
  readonly library: Library;
  readonly hardware: Hardware;
  readonly recipes: RecipeBook;
  readonly variants: Variants;
  readonly search: VariantSearch;
  readonly pruning: PruningAnalyses;
  readonly datasets: Datasets;
  readonly accuracy: Accuracy;
  readonly layerDrifts: LayerDrifts;
  readonly sweeps: Sweeps;
  readonly queue: Queue;
  readonly nights: NightReports;
  readonly gpuRuntime: GpuRuntime;
  readonly tasks: Tasks;
  readonly jobs: JobRunner;
  /** What someone who comes late must be told first. */
  readonly present: () => readonly EngineEvent[];
  /** Ends the running cell, which waits for the next start, and closes the data folder. */
  readonly close: () => Promise<void>;
}

const dayMs = 86_400_000;

/** Opens a data folder, made if it isn't there. Raises `storage` where it can't be used. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { dataFolder, resourcesFolder, inference, jobs } = options;
  const { clock = systemClock, logger = silentLogger } = options;
  const store = openStore({
    ...{ folder: dataFolder, clock, logger },
    ...(options.readerEntry === undefined ? {} : { readerEntry: options.readerEntry }),
  });
  const nights = createNightReports(store, logger, clock);
  const publish = (event: EngineEvent): void => {
    nights.tell(event);
    options.publish?.(event);
  };
  try {
    const workFolder = await openWorkFolder(dataFolder);
    const hardware = createHardware({ inference, dataFolder, machineId: store.machineId, clock, logger });
    const library = createLibrary({ store, jobs, publish, clock });
    const recipes = createRecipeBook(store.recipes);
    const isa = async (): Promise<readonly string[]> => (await hardware.environment()).isa;
    const variants = createVariants({ variants: store.variants, library, jobs, isa, workFolder: workFolder.path });
    const datasets = createDatasets({
      ...{ bundled: bundledDatasets(resourcesFolder), store: store.datasets, jobs, publish, clock, dataFolder },
      workFolder: workFolder.path,
    });
    const accuracy = createAccuracy({ store, datasets, jobs });
    const layerDrifts = createLayerDrifts({ analyses: store.analyses, library, jobs, isa });
    const pruning = createPruningAnalyses({ analyses: store.analyses, library, jobs });
    const parts = { store, library, variants, recipes, hardware, datasets, clock };
    const telemetry = createTelemetry(clock);
    const machine = () => readMachine(telemetry);
    const queue = createQueue({ machine, store, publish, logger, clock, inference, ...cellTools(parts) });
    const sweeps = createSweeps({ ...parts, examplesFolder: join(resourcesFolder, 'sweeps'), changed: queue.changed });
    const search = createVariantSearch({ ...parts, sweeps, queue, jobs, isa, workFolder: workFolder.path });
    const tasks = createTasks(publish);
    await addStarterModels(store, library, join(resourcesFolder, 'models'), logger);
    forgetOldSamples(store, clock, logger);
    return {
      ...{
        store,
        library,
        hardware,
        recipes,
        variants,
        search,
        pruning,
        datasets,
        accuracy,
        layerDrifts,
        sweeps,
        queue,
        nights,
        gpuRuntime: createGpuRuntime({ dataFolder, packageFolder: options.runtimeFolder }),
        tasks,
        jobs,
      },
      present: () => [
        { type: 'queue', state: queue.state() },
        ...tasks.running().map((task): EngineEvent => ({ type: 'task', task })),
      ],
      close: async () => {
        tasks.cancelAll();
        await queue.close();
        await nights.settled();
        await store.close();
        // What stays is removed at the next start.
        await workFolder.remove().catch(() => {});
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Those that this data folder never had: who removes a starter model is not given it again. Raises `storage`. */
async function addStarterModels(store: Store, library: Library, folder: string, logger: Logger): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort();
  const missing: string[] = [];
  for (const path of files.map((file) => join(folder, file))) {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (store.models.get(sha256) === null) missing.push(path);
  }
  if (missing.length === 0) return;
  for (const { path, failure } of (await library.add(missing)).failed) {
    if (failure.kind === 'storage') throw fromFailure(failure);
    logger.warn('a starter model could not be added', { path, message: failure.message });
  }
}

function forgetOldSamples(store: Store, clock: Clock, logger: Logger): void {
  const { keepSamplesDays } = store.settings.get();
  if (keepSamplesDays === null) return;
  const runs = store.results.forgetSamples(clock.now() - keepSamplesDays * dayMs);
  if (runs > 0) logger.info('samples past their time are removed', { runs, days: keepSamplesDays });
}

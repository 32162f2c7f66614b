import { randomUUID } from 'node:crypto';
import type { RunQuery } from '../../../shared/contract.ts';
import type { Cell } from '../../../shared/sweep.ts';
import type { Clock, Logger } from '../ports.ts';
import { createAnnotate } from './annotations.ts';
import type { Annotation } from './annotations.ts';
import { createAnalysisStore } from './analyses.ts';
import type { AnalysisStore } from './analyses.ts';
import { artifactStore } from './artifacts.ts';
import type { ArtifactStore } from './artifacts.ts';
import { importBundle } from './bundle/import-bundle.ts';
import type { ImportReply } from './bundle/import-bundle.ts';
import { writeBundle } from './bundle/write-bundle.ts';
import type { BundleReply } from './bundle/write-bundle.ts';
import { openDatabase } from './database.ts';
import type { Connection } from './database.ts';
import { bytesPerRun } from './bytes-per-run.ts';
import { createDatasetStore } from './datasets.ts';
import type { DatasetStore } from './datasets.ts';
import { cellDurations } from './durations.ts';
import type { CellDuration } from './durations.ts';
import { createHistoryMarking } from './history-marks.ts';
import type { HistoryMarking } from './history-marks.ts';
import { createModelStore } from './models.ts';
import type { ModelStore } from './models.ts';
import { lockQueue } from './queue-lock.ts';
import { createRecipeStore, createVariantStore } from './recipes.ts';
import type { RecipeStore, VariantStore } from './recipes.ts';
import { createResultStore } from './results.ts';
import type { ResultStore } from './results.ts';
import { readHere, readOnThread } from './run-reader.ts';
import type { RunReader } from './run-reader.ts';
import { createAnswerReads } from './run-answers.ts';
import type { StoredAnswers } from './run-answers.ts';
import { createRunReads } from './run-reads.ts';
import type { RunReads } from './run-reads.ts';
import { createSearchStore } from './searches.ts';
import type { SearchStore } from './searches.ts';
import { createSettingsStore } from './settings.ts';
import type { SettingsStore } from './settings.ts';
import { guarded } from './storage-error.ts';
import { createSweepStore } from './sweeps.ts';
import type { SweepStore } from './sweeps.ts';
import { checkpointElsewhere } from './write-ahead-log.ts';
import { createSweepWriter } from './write-sweep.ts';

/** Stored runs: what stands for itself answers at once, what goes over many runs is a promise (see `StoreOptions.readerEntry`). */
interface RunStore
  extends
    Pick<RunReader, 'query' | 'facets' | 'samples' | 'exportTo' | 'compare' | 'history'>,
    Pick<RunReads, 'get' | 'row' | 'batches' | 'measurementJson' | 'environment'>,
    HistoryMarking {
  /** Sets tags and notes, all or none; throws `not-found`. */
  readonly annotate: (annotation: Annotation) => void;
  /** What a run answered on each labelled example; throws `not-found` where it answered nothing. */
  readonly answers: (runId: number) => StoredAnswers;
  /** What a stored run takes on the disk, bytes, as the newest ones tell; null where there is none. */
  readonly bytesPerRun: () => number | null;
  /** Writes the runs of a query as a bundle. Rejects with `storage`. */
  readonly bundle: (query: RunQuery, file: string) => Promise<BundleReply>;
  /** Takes a bundle's runs in. Rejects with `invalid-input`. */
  readonly importBundle: (file: string) => Promise<ImportReply>;
  /** What earlier runs tell of how long each of these cells takes. */
  readonly durations: (cells: readonly Cell[]) => Promise<readonly CellDuration[]>;
}

/** Everything that is kept in a data folder. Every failure of the disk or the database is a `CrivoError` (`storage`, `conflict`). */
export interface Store {
  readonly folder: string;
  /** Random, made once for this data folder. */
  readonly machineId: string;
  readonly artifacts: ArtifactStore;
  readonly models: ModelStore;
  readonly variants: VariantStore;
  readonly recipes: RecipeStore;
  readonly datasets: DatasetStore;
  readonly searches: SearchStore;
  readonly analyses: AnalysisStore;
  readonly sweeps: SweepStore;
  readonly results: ResultStore;
  readonly runs: RunStore;
  readonly settings: SettingsStore;
  /** The right to work through the queue, until the function it gives is called or the process ends; throws `conflict` with who has it. */
  readonly lockQueue: () => () => void;
  readonly close: () => Promise<void>;
}

export interface StoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * The program of the reader's thread (`reader-entry.ts`, or its built form): reads over many runs then leave this thread's
   * event loop free, which a window needs. Without it they run on this thread, which starts faster: for the command line.
   */
  readonly readerEntry?: string;
}

/** `0001-create-store.sql` is version 1, and so on. */
const migrations = Object.entries(
  import.meta.glob<string>('./migrations/*.sql', { query: '?raw', import: 'default', eager: true }),
)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, sql]) => sql);

/** Opens a data folder, made or brought up to date where needed. Throws `storage` where it can't be used. */
export function openStore({ folder, clock, logger, readerEntry }: StoreOptions): Store {
  const db = openDatabase(folder, migrations);
  const reads = createRunReads(db);
  const reader = readerEntry === undefined ? null : readOnThread(readerEntry, folder);
  const onCommit = reader === null ? undefined : checkpointElsewhere(db, reader.checkpoint);
  logger.info('data folder opened', { folder, version: migrations.length });
  return {
    folder,
    ...guarded({ lockQueue: () => lockQueue(folder, clock) }, folder),
    machineId: guarded({ read: () => machineIdOf(db) }, folder).read(),
    artifacts: artifactStore(folder),
    models: guarded(createModelStore(db, clock), folder),
    variants: guarded(createVariantStore(db), folder),
    recipes: guarded(createRecipeStore(db), folder),
    datasets: guarded(createDatasetStore(db, clock), folder),
    searches: guarded(createSearchStore(db), folder),
    analyses: guarded(createAnalysisStore(db), folder),
    sweeps: guarded(createSweepStore(db, clock, createSweepWriter(db, clock)), folder),
    results: guarded(createResultStore(db, clock, onCommit), folder),
    runs: guarded(
      {
        ...reads,
        ...(reader ?? readHere(reads)),
        annotate: createAnnotate(db),
        ...createHistoryMarking(db),
        bundle: (query: RunQuery, file: string) => writeBundle(db, query, file, machineIdOf(db)),
        importBundle: (file: string) => importBundle(db, file, machineIdOf(db)),
        ...createAnswerReads(db),
        bytesPerRun: () => bytesPerRun(db),
        durations: (cells: readonly Cell[]) => cellDurations(db, cells),
      },
      folder,
    ),
    settings: guarded(createSettingsStore(db), folder),
    close: async () => {
      await reader?.close();
      db.close();
    },
  };
}

function machineIdOf(db: Connection): string {
  db.prepare("INSERT OR IGNORE INTO properties (name, value) VALUES ('machine_id', ?)").run(randomUUID());
  return db.prepare<[], string>("SELECT value FROM properties WHERE name = 'machine_id'").pluck().get()!;
}

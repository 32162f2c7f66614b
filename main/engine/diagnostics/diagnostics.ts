import type { AppInfo } from '../../../shared/contract.ts';
import type { Diagnostics, LogLine } from '../../../shared/diagnostics.ts';
import type { Engine } from '../create-engine.ts';
import { readLog } from './log-lines.ts';
import { personalTo, scrub } from './scrub.ts';

const loggedLines = 2_000;

/** What helps to find a fault: versions, hardware, providers, counts and the log, without names or paths of a person. */
export async function collectDiagnostics(
  { store, hardware, library, datasets }: Pick<Engine, 'store' | 'hardware' | 'library' | 'datasets'>,
  { dataFolder, ...app }: AppInfo,
): Promise<Diagnostics> {
  const personal = personalTo(dataFolder);
  const sweeps = store.sweeps.list();
  const { total: runs } = await store.runs.query({ limit: 1 });
  return {
    madeAt: new Date().toISOString(),
    app: scrub(app, personal),
    hardware: scrub(await hardware.report(), personal),
    counts: { models: library.list().length, datasets: datasets.list().length, sweeps: sweeps.length, runs },
    log: scrub(await readLog(dataFolder, loggedLines), personal) as readonly LogLine[],
  };
}

/** Looks through a whole data folder: the database, every artifact, and what lies about. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import type { Clock, JobOptions } from '../ports.ts';
import { isRunning } from '../running-process.ts';
import { checkDatabase, dropSamples, rebuildIndexes } from '../store/check-database.ts';
import type { DatabaseCondition } from '../store/check-database.ts';
import { lockQueue } from '../store/queue-lock.ts';
import { checkArtifacts, leftover } from './check-artifacts.ts';
import type { Finding } from './finding.ts';

export interface DataFolderCheck {
  readonly runs: number;
  readonly models: number;
  readonly findings: readonly Finding[];
}

/** Reads everything and changes nothing. Raises `storage` where the folder can't be read, `cancelled`. */
export async function checkDataFolder(
  dataFolder: string,
  clock: Clock,
  options: JobOptions = {},
): Promise<DataFolderCheck> {
  const { signal, onProgress } = options;
  try {
    const condition = checkDatabase(dataFolder, (fraction) => onProgress?.(fraction / 2, 'Checking the database'));
    const { runs, models } = condition;
    const artifacts = await checkArtifacts(dataFolder, models, clock.now(), {
      signal,
      onProgress: (fraction, message) => onProgress?.(0.5 + (fraction ?? 0) / 2, message),
    });
    const findings = [...databaseFindings(dataFolder, condition), ...artifacts, ...(await findWork(dataFolder))];
    return { runs, models: models.filter(({ removed }) => !removed).length, findings };
  } catch (error) {
    if (signal?.aborted === true) throw new CrivoError('cancelled', 'The check was cancelled; nothing was changed.');
    throw error;
  }
}

/** Mends what can be mended, one sentence for each. Raises `conflict` where another process works in the folder. */
export async function repairDataFolder(
  dataFolder: string,
  { findings }: DataFolderCheck,
  clock: Clock,
): Promise<readonly string[]> {
  const unlock = lockQueue(dataFolder, clock);
  try {
    const done: string[] = [];
    for (const { repair } of findings) if (repair !== null) done.push(await repair());
    return done;
  } finally {
    unlock();
  }
}

function databaseFindings(dataFolder: string, condition: DatabaseCondition): Finding[] {
  const { damage, danglingRows, unreadableSamples, unreadableMeasurements } = condition;
  const findings: Finding[] = [];
  if (damage.length > 0) {
    findings.push({
      what: `The database is damaged: ${damage[0]}${damage.length > 1 ? ` (and ${damage.length - 1} more)` : ''}.`,
      cure: '"crivo check --repair" builds its indexes again; where that is not enough, restore a backup with "crivo restore".',
      repair: async () => {
        const left = rebuildIndexes(dataFolder);
        return left.length === 0
          ? 'The indexes were built again and the database is sound.'
          : `The indexes were built again and it is still damaged (${left[0]}): restore a backup with "crivo restore".`;
      },
    });
  }
  if (danglingRows > 0) {
    findings.push({
      what: `${danglingRows} rows of the database refer to rows that are not there.`,
      cure: 'Restore a backup with "crivo restore".',
      repair: null,
    });
  }
  if (unreadableSamples.length > 0) {
    findings.push({
      what: `The samples of ${named(unreadableSamples)} can't be read; the summaries can.`,
      cure: '"crivo check --repair" removes them and keeps the summaries.',
      repair: async () => {
        dropSamples(dataFolder, unreadableSamples);
        return `The unreadable samples of ${named(unreadableSamples)} were removed; the summaries are kept.`;
      },
    });
  }
  if (unreadableMeasurements.length > 0) {
    findings.push({
      what: `The details of ${named(unreadableMeasurements)} can't be read; the summaries can.`,
      cure: 'Measure these cells again, or restore a backup with "crivo restore".',
      repair: null,
    });
  }
  return findings;
}

const named = (runIds: readonly number[]): string =>
  runIds.length === 1
    ? `run ${runIds[0]}`
    : `${runIds.length} runs (${runIds.slice(0, 5).join(', ')}${runIds.length > 5 ? ', …' : ''})`;

/** Work folders of processes that have ended. */
async function findWork(dataFolder: string): Promise<readonly Finding[]> {
  const parent = join(dataFolder, 'work');
  const names = await readdir(parent).catch(() => []);
  const abandoned = names.filter((name) => !isRunning(Number.parseInt(name, 10) || 0));
  return Promise.all(abandoned.map((name) => leftover(join(parent, name), 'a process that has ended')));
}

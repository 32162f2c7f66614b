/** What is told of a sweep in the morning: figures, the best of each model, what went wrong, and the disk. */
import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CellComparison } from '../../../shared/comparison.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { EngineEvent } from '../../../shared/contract.ts';
import { toFailure } from '../../../shared/errors.ts';
import { largestCause, noiseKindOf } from '../../../shared/noise-kinds.ts';
import { isOver } from '../../../shared/night.ts';
import type { ModelPick, NightReport, Trouble } from '../../../shared/night.ts';
import type { RunRow, SweepSummary } from '../../../shared/sweep.ts';
import { pairsWithOriginals } from '../export/report/report-pairs.ts';
import { bytesInFolder } from '../folder-bytes.ts';
import { freeBytesOf } from '../free-bytes.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Store } from '../store/store.ts';

export interface NightReports {
  /** Raises `not-found`. */
  readonly of: (sweepId: number) => Promise<NightReport>;
  /** Writes a sweep's report to a file when it ends or its time is over, where it was planned for a time. */
  readonly tell: (event: EngineEvent) => void;
  /** Resolves when no file is being written. */
  readonly settled: () => Promise<void>;
}

const mostRows = 10_000;
const mostExamples = 3;

export function createNightReports(
  store: Pick<Store, 'folder' | 'sweeps' | 'runs' | 'settings'>,
  logger: Logger,
  clock: Pick<Clock, 'now'>,
): NightReports {
  const fileOf = (id: number): string => join(store.folder, 'reports', `sweep-${id}.html`);
  const running = new Set<number>();
  let writing = Promise.resolve();

  const write = async ({ id, name }: SweepSummary): Promise<void> => {
    try {
      await mkdir(join(store.folder, 'reports'), { recursive: true });
      await store.runs.exportTo({ query: { sweepId: id }, format: 'html', file: fileOf(id) });
    } catch (error) {
      logger.warn('the report of a sweep was not written', { sweep: name, message: toFailure(error).message });
    }
  };

  return {
    of: async (sweepId) => {
      const { summary } = store.sweeps.get(sweepId);
      const { rows } = await store.runs.query({ sweepId, limit: mostRows });
      const measured = rows.filter(({ p50Ms }) => p50Ms !== null);
      const file = fileOf(sweepId);
      return {
        ...{ summary, measured: measured.length, noisy: measured.filter(({ noisy }) => noisy === true).length },
        picks: await picksOf(store, rows),
        troubles: troublesOf(rows),
        disk: {
          usedBytes: await bytesInFolder(store.folder),
          freeBytes: await freeBytesOf(store.folder),
          budgetBytes: store.settings.get().diskBudgetBytes,
        },
        file: existsSync(file) ? file : null,
      };
    },
    tell: (event) => {
      // The queue's state is told now and then: a short sweep may begin and end between two of them.
      if (event.type === 'run-stored') running.add(event.row.sweepId);
      if (event.type !== 'queue') return;
      for (const sweep of event.state.sweeps) {
        if (sweep.state === 'running') running.add(sweep.id);
        else if (isOver(sweep, clock.now()) && running.delete(sweep.id) && isPlannedForATime(sweep))
          writing = writing.then(() => write(sweep));
      }
    },
    settled: () => writing,
  };
}

const isPlannedForATime = ({ startsAt, untilAt }: SweepSummary): boolean => startsAt !== null || untilAt !== null;

async function picksOf(store: Pick<Store, 'runs'>, rows: readonly RunRow[]): Promise<readonly ModelPick[]> {
  const pairs = pairsWithOriginals(rows);
  const { comparisons } =
    pairs.length === 0 ? { comparisons: [] } : await store.runs.compare({ pairs, statistic: 'p50' });
  const rejected = new Set(rows.filter(({ status }) => status === 'rejected').map(({ cellKey }) => cellKey));
  const models = [...new Set(rows.filter(({ p50Ms }) => p50Ms !== null).map(({ model }) => model))];
  return models.map((model) => {
    const mine = comparisons.filter(({ candidate }) => candidate.run.model === model);
    const faster = mine.filter((pair) => isFaster(pair) && !rejected.has(pair.candidate.run.cellKey));
    const [best = null] = faster.toSorted((a, b) => ratioOf(a) - ratioOf(b));
    return { model, best, compared: mine.length };
  });
}

const isFaster = ({ outcome }: CellComparison): boolean => outcome.kind === 'compared' && outcome.verdict === 'faster';
const ratioOf = ({ outcome }: CellComparison): number =>
  outcome.kind === 'compared' ? (outcome.ratio.value ?? Infinity) : Infinity;

/** Equal reasons once, and each kind of noise by its largest; those that met most runs first. */
export function troublesOf(rows: readonly RunRow[]): readonly Trouble[] {
  const met = rows.flatMap((row): readonly { kind: Trouble['kind']; reason: string; row: RunRow }[] => {
    if (row.status !== 'done') return [{ kind: row.status, reason: row.reason ?? '', row }];
    return row.noisy === true ? row.noiseCauses.map((reason) => ({ kind: 'noisy' as const, reason, row })) : [];
  });
  const groupOf = ({ kind, reason }: (typeof met)[number]): string =>
    `${kind} ${kind === 'noisy' ? noiseKindOf(reason) : reason}`;
  return [...Map.groupBy(met, groupOf).values()]
    .map((same) => ({
      ...{ kind: same[0]!.kind, reason: reasonOf(same.map(({ reason }) => reason)), runs: same.length },
      examples: [...new Set(same.map(({ row }) => nameOf(row)))].slice(0, mostExamples),
    }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.runs - a.runs);
}

const reasonOf = (reasons: readonly string[]): string =>
  new Set(reasons).size > 1 ? say('suchAs', { reason: largestCause(reasons) }) : largestCause(reasons);
const order: readonly Trouble['kind'][] = ['failed', 'rejected', 'noisy', 'skipped'];
const nameOf = ({ model, variant, provider, batchSize }: RunRow): string =>
  `${model}${variant === 'original' ? '' : `/${variant}`} ${provider} × ${batchSize}`;

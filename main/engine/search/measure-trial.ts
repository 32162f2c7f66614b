/** Makes a variant and measures it beside the original, by turns, as a sweep that stays in the history. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { MeasureChoice } from '../../../shared/measurement.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { SearchBounds, SearchTrial } from '../../../shared/search.ts';
import { sweepSpecificationSchema } from '../../../shared/sweep.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import { compareRounds } from '../measure/compare/compare-rounds.ts';
import { roundValue } from '../measure/compare/round-value.ts';
import type { RoundValue } from '../measure/compare/round-value.ts';
import type { Store } from '../store/store.ts';
import type { Queue } from '../sweep/queue.ts';
import { formatSpecification } from '../sweep/specification.ts';
import type { Sweeps } from '../sweep/sweeps.ts';

export interface TrialParts {
  readonly store: Pick<Store, 'runs' | 'models'>;
  readonly sweeps: Pick<Sweeps, 'queue'>;
  readonly queue: Pick<Queue, 'workOn'>;
  /** Where recipes of trials are kept: sweeps refer to them. */
  readonly folder: string;
}

export interface TrialOrder {
  readonly model: { readonly sha256: string; readonly name: string };
  readonly name: string;
  readonly recipe: Recipe;
  readonly groups: readonly string[];
  readonly bounds: SearchBounds;
  readonly dataset: string;
  readonly threads: number;
  readonly batchSize: number;
  readonly rounds: number;
  readonly measure: MeasureChoice | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface MeasuredTrial {
  readonly trial: SearchTrial;
  readonly original: { readonly latencyMs: number | null; readonly accuracy: number | null };
}

/** Short rounds: what differs from round to round is what a comparison rests on. */
const shortRounds: MeasureChoice = {
  ...{ minDurationMs: 300, minSamples: 20, maxDurationMs: 3_000, targetRelativeInterval: 0.02 },
  ...{ warmupMinMs: 50, warmupMaxMs: 1_000 },
};

/** A variant that the bounds reject is measured once. Raises `cancelled`, `conflict` (the queue works), `job-failed`. */
export async function measureTrial(parts: TrialParts, order: TrialOrder): Promise<MeasuredTrial> {
  const sweepId = await queueSweep(parts, order);
  await parts.queue.workOn(sweepId, {
    ...(order.signal === undefined ? {} : { signal: order.signal }),
    goOn: ({ variant, status }) => variant === 'original' || status === 'done',
  });
  const { rows } = await parts.store.runs.query({ sweepId, limit: 1_000 });
  const own = rows.filter(({ variant }) => variant !== 'original');
  const originals = rows.filter(({ variant }) => variant === 'original');
  const failed = own.find(({ status }) => status === 'failed' || status === 'skipped');
  if (own.length === 0 || originals.some(({ status }) => status === 'failed')) {
    const reason = rows.find(({ status }) => status === 'failed')?.reason ?? say('nothingMeasured');
    throw new CrivoError('job-failed', say('searchStuck', { reason }));
  }
  const accuracy = meanOf(own, 'accuracy');
  const originalAccuracy = meanOf(originals, 'accuracy');
  const ratio = compareRounds(await valuesOf(parts, own), await valuesOf(parts, originals))?.ratio ?? null;
  const latencyMs = meanOf(own, 'p50Ms');
  const sizeBytes = own[0]!.sizeBytes;
  const rejected = failed?.reason ?? own.find(({ status }) => status === 'rejected')?.reason ?? null;
  return {
    trial: {
      ...{ name: order.name, recipeName: order.recipe.name, groups: order.groups, sweepId },
      variantSha256: failed === undefined ? variantOf(parts, order) : null,
      runIds: own.map(({ id }) => id),
      ...{ ratio, latencyMs, sizeBytes, accuracy, snrDb: meanOf(own, 'snrDb') },
      drop: accuracy === null || originalAccuracy === null ? null : originalAccuracy - accuracy,
      rejected: rejected ?? overBudget(order.bounds, latencyMs, sizeBytes),
    },
    original: { latencyMs: meanOf(originals, 'p50Ms'), accuracy: originalAccuracy },
  };
}

async function queueSweep({ sweeps, folder }: TrialParts, order: TrialOrder): Promise<number> {
  await mkdir(folder, { recursive: true });
  const file = `${order.recipe.name}.yml`;
  await writeFile(join(folder, file), stringify(order.recipe));
  const { maxDrop, minSnrDb } = order.bounds;
  const accept = { ...(maxDrop === undefined ? {} : { maxDrop }), ...(minSnrDb === undefined ? {} : { minSnrDb }) };
  const specification = sweepSpecificationSchema.parse({
    name: `search ${order.model.name}: ${order.name}`,
    models: [order.model.sha256],
    variants: ['original', { recipe: `./${file}` }],
    ...{
      dataset: order.dataset,
      threads: [order.threads],
      batchSizes: [order.batchSize],
      measure: order.measure ?? shortRounds,
      rounds: order.rounds,
    },
    ...{ control: false, remeasureNoisy: 0 },
    ...(Object.keys(accept).length === 0 ? {} : { accept }),
  });
  return (await sweeps.queue({ yaml: formatSpecification(specification), folder })).id;
}

/** The variant that the recipe gave, newest first. */
const variantOf = ({ store }: TrialParts, { model, recipe }: TrialOrder): string | null =>
  store.models
    .list()
    .find(({ lineage }) => lineage?.parentSha256 === model.sha256 && lineage.recipeName === recipe.name)?.sha256 ??
  null;

async function valuesOf({ store }: TrialParts, rows: readonly RunRow[]): Promise<RoundValue[]> {
  const measured = rows.filter(({ samples }) => samples !== null);
  const values = await Promise.all(
    measured.map(async ({ id, round }) =>
      roundValue(
        {
          round,
          samplesMs: (await store.runs.samples(id, {})).samplesMs,
          turns: store.runs.get(id).run.measurement?.turns,
        },
        'p50',
      ),
    ),
  );
  return values.filter((value) => value !== null);
}

function meanOf(rows: readonly RunRow[], figure: 'accuracy' | 'p50Ms' | 'snrDb'): number | null {
  const values = rows.map((row) => row[figure]).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function overBudget(
  { maxLatencyMs, maxSizeBytes }: SearchBounds,
  latencyMs: number | null,
  sizeBytes: number,
): string | null {
  if (maxSizeBytes !== undefined && sizeBytes > maxSizeBytes)
    return say('overSize', { bytes: sizeBytes, most: maxSizeBytes });
  if (maxLatencyMs !== undefined && latencyMs !== null && latencyMs > maxLatencyMs)
    return say('overLatency', { latency: latencyMs.toPrecision(3), most: maxLatencyMs });
  return null;
}

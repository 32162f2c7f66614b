/** Sensitivity: for each group alone, how far the outputs drift with a part of it gone. */
import type { PruningAnalysis, PruningDrift, PruningGroup } from '../../../../shared/pruning.ts';
import { createDriftMeter } from '../../accuracy/drift.ts';
import type { DriftMeter } from '../../accuracy/drift.ts';
import type { Graph } from '../../graph/graph.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import type { Session } from '../../ports.ts';
import { calmSession } from '../calm-session.ts';
import type { CalibrationSource, Feeds, PassContext } from '../pass.ts';
import type { ChannelGroup, Unit } from './channel-groups.ts';
import { unitImportance } from './importance.ts';
import { prunableGraph } from './prunable-graph.ts';
import type { PrunableGraph } from './prunable-graph.ts';
import type { ImportanceKind } from './prune-options.ts';
import { leastImportant } from './select-units.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface AnalysisOptions {
  readonly importance: ImportanceKind;
  readonly protect: readonly string[];
  /** Shares of each group's channels to take away in turn, ascending. */
  readonly ratios: readonly number[];
  /** What a group keeps is a multiple of this; 1 keeps what the share says. */
  readonly roundTo: number;
  /** Examples at most. */
  readonly examples: number;
}

export const defaultAnalysisOptions: AnalysisOptions = {
  importance: 'auto',
  protect: [],
  ratios: [0.25, 0.5, 0.75],
  roundTo: 1,
  examples: 100,
};

type AnalysisContext = Pick<PassContext, 'openSession' | 'calibration' | 'signal' | 'progress'>;

const batchSize = 20;

/**
 * Groups of a normalized graph with importance, cost, and where there is calibration data the drift of each. Raises
 * `invalid-input` as `prunableGraph` does.
 */
export async function analyzePruning(
  given: Graph,
  options: AnalysisOptions,
  context: AnalysisContext,
): Promise<PruningAnalysis> {
  const prunable = await prunableGraph(given, { protect: options.protect, only: [] }, context.openSession);
  const importance = await unitImportance(prunable, options.importance, context);
  const before = prunable.costWithout([]);
  const reference = context.calibration === null ? null : await referenceOf(prunable.graph, options, context);
  const groups: PruningGroup[] = [];
  for (const [place, group] of prunable.groups.entries()) {
    context.signal.throwIfAborted();
    context.progress(place / prunable.groups.length, say('measuringGroup', { group: group.name }));
    const scores = importance[place]!;
    const drift = reference === null ? [] : await driftOf(prunable, group, scores, reference, options, context);
    const rest = prunable.costWithout(group.units.slice(0, 1));
    const shareOf = (figure: 'macs' | 'parameters'): number =>
      ((before[figure] - rest[figure]) * group.units.length) / Math.max(1, before[figure]);
    groups.push({
      ...{ name: group.name, layers: group.producers, channels: group.units.length, locked: null, drift },
      importance: spread(scores),
      macsShare: shareOf('macs'),
      parametersShare: shareOf('parameters'),
    });
  }
  const locked = prunable.locked.map(({ name, producers, channels, reason }): PruningGroup => ({
    ...{ name, layers: producers, channels, locked: reason },
    ...{ importance: null, macsShare: null, parametersShare: null, drift: [] },
  }));
  return { groups: [...groups, ...locked], examples: reference?.examples ?? 0, ...before };
}

function spread(scores: readonly number[]): NonNullable<PruningGroup['importance']> {
  const sorted = scores.toSorted((a, b) => a - b);
  return { lowest: sorted[0]!, median: sorted[sorted.length >> 1]!, highest: sorted.at(-1)! };
}

interface Reference {
  readonly batches: readonly { readonly feeds: Feeds; readonly outputs: Feeds }[];
  readonly examples: number;
}

/** What the original gives, held in memory: it is compared with again and again. */
async function referenceOf(graph: Graph, { examples }: AnalysisOptions, context: AnalysisContext): Promise<Reference> {
  const source = context.calibration as CalibrationSource;
  const session = await open(graph, context);
  const batches: { feeds: Feeds; outputs: Feeds }[] = [];
  try {
    for await (const feeds of source.feeds({ batchSize, limit: examples })) {
      context.signal.throwIfAborted();
      batches.push({ feeds, outputs: await session.run(feeds) });
    }
  } finally {
    await session.release();
  }
  const read = batches.reduce((sum, { outputs }) => sum + (Object.values(outputs)[0]?.shape[0] ?? 1), 0);
  return { batches, examples: read };
}

async function driftOf(
  prunable: PrunableGraph,
  { units }: ChannelGroup,
  scores: readonly number[],
  reference: Reference,
  { ratios, roundTo }: AnalysisOptions,
  context: AnalysisContext,
): Promise<PruningDrift[]> {
  const order = leastImportant(units, scores);
  const counts = new Set(ratios.map((ratio) => Math.min(order.length, removedAt(units.length, ratio, roundTo))));
  const drift: PruningDrift[] = [];
  for (const channelsRemoved of [...counts].filter((count) => count > 0)) {
    context.signal.throwIfAborted();
    const gone: Unit[] = order.slice(0, channelsRemoved).map((index) => units[index]!);
    const measured = await compare(prunable.sliced(gone), reference, context);
    drift.push({ ratio: channelsRemoved / units.length, channelsRemoved, ...measured });
  }
  return drift;
}

/** Channels to remove, as near to the share as what is kept allows. */
function removedAt(channels: number, ratio: number, roundTo: number): number {
  if (roundTo <= 1) return Math.round(ratio * channels);
  return channels - Math.max(1, Math.round((channels * (1 - ratio)) / roundTo)) * roundTo;
}

async function compare(
  graph: Graph,
  { batches }: Reference,
  context: AnalysisContext,
): Promise<Pick<PruningDrift, 'snrDb' | 'changedPercent'>> {
  const session = await open(graph, context);
  const outputs = Object.values(batches[0]?.outputs ?? {});
  const scoresClasses = outputs.length === 1 && outputs[0]!.shape.length === 2 && outputs[0]!.shape[1]! > 1;
  const meter: DriftMeter = createDriftMeter(scoresClasses);
  try {
    for (const batch of batches) {
      const results = await session.run(batch.feeds);
      for (const [name, { values, shape }] of Object.entries(batch.outputs)) {
        const examples = shape[0] ?? 1;
        meter.add(values, results[name]!.values, examples, values.length / Math.max(1, examples));
      }
    }
  } finally {
    await session.release();
  }
  const agreement = meter.metrics('').find(({ name }) => name === 'top1_agreement');
  return { snrDb: meter.snrDb(), changedPercent: agreement === undefined ? null : 100 - agreement.value };
}

const open = ({ model }: Graph, { openSession }: AnalysisContext): Promise<Session> =>
  openSession(encodeModel(model), { ...calmSession, graphOptimization: 'basic' });

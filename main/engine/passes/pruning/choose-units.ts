/** Which units go for a target to be met. */
import type { PassContext } from '../pass.ts';
import type { Unit } from './channel-groups.ts';
import { unitImportance } from './importance.ts';
import { latencyRatio } from './latency-ratio.ts';
import type { PrunableGraph } from './prunable-graph.ts';
import type { PruneCost } from './prune-cost.ts';
import type { PruneOptions } from './prune-options.ts';
import { selectUnits } from './select-units.ts';

export interface Choice {
  readonly units: readonly Unit[];
  readonly before: PruneCost;
  readonly after: PruneCost;
  /** Share of what was counted that goes. */
  readonly reached: number;
}

/** The smallest selection that takes the wanted share of what is counted; all that may go where that is not enough. */
export async function chooseUnits(
  prunable: PrunableGraph,
  options: PruneOptions,
  context: PassContext,
): Promise<Choice> {
  const { groups } = prunable;
  const before = prunable.costWithout([]);
  const importance = await rankedImportance(prunable, before, options, context);
  const unitsAt = (share: number): Unit[] => selectUnits(groups, importance, share, options);
  const total = groups.reduce((sum, { units }) => sum + units.length, 0);
  const latency = options.target === 'latency' ? await latencyRatio(prunable.graph, context) : null;
  const goneAt = async (share: number): Promise<number> => {
    const units = unitsAt(share);
    if (latency !== null) return 1 - (await latency.of(prunable.sliced(units)));
    if (options.target === 'channels') return units.length / total;
    const counted = options.target === 'parameters' ? 'parameters' : 'macs';
    return 1 - prunable.costWithout(units)[counted] / Math.max(1, before[counted]);
  };
  try {
    let [low, high] = [0, 1];
    let reached = await goneAt(1);
    // Measured latencies scatter by some percent: finer steps would tell nothing.
    const steps = reached < options.ratio ? 0 : latency === null ? 20 : 7;
    for (let step = 0; step < steps; step += 1) {
      const middle = (low + high) / 2;
      const gone = await goneAt(middle);
      if (gone >= options.ratio) [high, reached] = [middle, gone];
      else low = middle;
    }
    const units = unitsAt(high);
    return { units, before, after: prunable.costWithout(units), reached };
  } finally {
    await latency?.release();
  }
}

/** Importance for each unit of cost, where groups are ranked together and something is saved that has one. */
async function rankedImportance(
  prunable: PrunableGraph,
  before: PruneCost,
  { importance, global, target }: PruneOptions,
  context: PassContext,
): Promise<number[][]> {
  const scores = await unitImportance(prunable, importance, context);
  if (!global || target === 'channels') return scores;
  const counted = target === 'parameters' ? 'parameters' : 'macs';
  return scores.map((ofGroup, place) => {
    const { units } = prunable.groups[place]!;
    const saved = (before[counted] - prunable.costWithout(units.slice(0, 1))[counted]) * units.length;
    const share = Math.max(saved / Math.max(1, before[counted]), 1e-6);
    return ofGroup.map((score) => score / share ** costWeight);
  });
}

/** 0 ranks by importance alone, 1 by importance for each unit of cost. */
const costWeight = 0.5;

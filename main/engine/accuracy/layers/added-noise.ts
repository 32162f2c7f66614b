/** Where noise comes in: what a layer adds to what it was given. */
import { roundingSnrDb } from '../../../../shared/layer-drift.ts';
import type { LayerDrift, LayerOutcome } from '../../../../shared/layer-drift.ts';
import type { Graph } from '../../graph/graph.ts';
import { capturedNames } from '../../graph/graph.ts';
import { topologicalOrder } from '../../graph/topological-order.ts';

/** Noise power over signal power, 1 at most: beyond it nothing of the signal is left to lose. Null where nothing was compared. */
function noiseOf(outcome: LayerOutcome | undefined): number | null {
  switch (outcome?.kind) {
    case 'equal':
      return 0;
    case 'differs':
      return Math.min(1, 10 ** (-outcome.snrDb / 10));
    case 'not finite':
      return 1;
    default:
      return null;
  }
}

/** Tensor → its noise beyond that of the noisiest tensor it was computed from, passing over those that could not be compared. */
export function addedNoise(graph: Graph, outcomes: ReadonlyMap<string, LayerOutcome>): ReadonlyMap<string, number> {
  const reaching = new Map<string, number>();
  const added = new Map<string, number>();
  for (const node of topologicalOrder(graph.nodes)) {
    const given = Math.max(0, ...[...node.input, ...capturedNames(node)].map((name) => reaching.get(name) ?? 0));
    for (const tensor of node.output) {
      const own = noiseOf(outcomes.get(tensor));
      reaching.set(tensor, own ?? given);
      if (own !== null) added.set(tensor, Math.max(0, own - given));
    }
  }
  return added;
}

/** Whether it differs by more than float32's rounding. */
const drifts = ({ outcome }: LayerDrift): boolean =>
  outcome.kind === 'not finite' || (outcome.kind === 'differs' && outcome.snrDb < roundingSnrDb);

/** Index of the first layer that drifts, and of the one that adds the most noise. */
export function driftPlaces(layers: readonly LayerDrift[]): {
  readonly startsAt: number | null;
  readonly worstAt: number | null;
} {
  const startsAt = layers.findIndex(drifts);
  if (startsAt < 0) return { startsAt: null, worstAt: null };
  let worstAt = startsAt;
  layers.forEach((layer, index) => {
    if (drifts(layer) && (layer.addedNoise ?? 0) > (layers[worstAt]!.addedNoise ?? 0)) worstAt = index;
  });
  return { startsAt, worstAt };
}

/** What pruning tells about what it did. */
import { cpus } from 'node:os';
import type { NodeReport } from '../../../../shared/recipe.ts';
import { formatPercent } from '../../../../shared/units.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { changed, counted, leftAlone } from '../node-report.ts';
import type { PassFindings } from '../pass.ts';
import type { Choice } from './choose-units.ts';
import type { PrunableGraph } from './prunable-graph.ts';
import type { PruneOptions } from './prune-options.ts';
import type { RepairReport } from './repair/repair-weights.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import type { Filling, PhraseName } from '../../../../shared/phrases/phrase.ts';

/** Where nothing was asked to go. */
export const untouched = (summary: string): PassFindings => ({
  summary,
  nodes: [],
  warnings: [],
  figures: { channels_removed: 0 },
});

/** Where nothing can go, and why. */
export function nothingToPrune({ graph, locked }: PrunableGraph): PassFindings {
  const [first] = locked;
  const isInside = graph.nodes.some(({ opType }) => ['If', 'Loop', 'Scan'].includes(opType));
  const none = isInside ? say('layersInSubgraphs') : say('noLayers');
  const reason = first === undefined ? none : say('allGroupsLocked', { group: first.name, why: first.reason });
  const summary = say('nothingToPrune', { why: reason });
  return { ...untouched(summary), warnings: [summary] };
}

const share = (before: number, after: number): string => (before === 0 ? '0%' : formatPercent(1 - after / before));

/** The report of what went. */
export function describePruning(
  prunable: PrunableGraph,
  { units, before, after, reached }: Choice,
  options: PruneOptions,
  repair: RepairReport | null,
): PassFindings {
  const { groups, locked } = prunable;
  const gone = {
    channels: counted(units.length, 'Channel'),
    groups: counted(groups.length, 'Group'),
    parameters: share(before.parameters, after.parameters),
    macs: share(before.macs, after.macs),
  };
  const latency = options.target === 'latency' ? formatPercent(reached) : null;
  return {
    summary: summarize(gone, latency, repair),
    nodes: [
      ...nodeReports(prunable, new Set(units)),
      ...(repair?.unfitted ?? []).map(({ node, reason }) => leftAlone(node, say('notRepaired', { why: reason }))),
    ],
    warnings: warningsOf(reached, options, repair, units.length),
    figures: {
      channels_removed: units.length,
      groups: groups.length,
      groups_locked: locked.length,
      parameters_before: before.parameters,
      parameters_after: after.parameters,
      macs_before: before.macs,
      macs_after: after.macs,
      ...(options.target === 'latency'
        ? { latency_ratio: Number((1 - reached).toFixed(3)), measured_on: cpus()[0]?.model ?? say('unknownProcessor') }
        : {}),
      ...(repair === null
        ? {}
        : {
            layers_repaired: repair.layers,
            repair_error_before: Number(repair.errorBefore.toPrecision(4)),
            repair_error_after: Number(repair.errorAfter.toPrecision(4)),
          }),
    },
  };
}

/** @param latency by how much it fell, where it was measured */
function summarize(gone: Filling<'channelsRemoved'>, latency: string | null, repair: RepairReport | null): string {
  if (repair === null)
    return latency === null ? say('channelsRemoved', gone) : say('channelsRemovedFaster', { ...gone, latency });
  const fitted = { ...gone, repaired: repaired(repair) };
  return latency === null
    ? say('channelsRemovedRepaired', fitted)
    : say('channelsRemovedFasterRepaired', { ...fitted, latency });
}

function repaired({ layers, normalizations, examples, errorBefore, errorAfter }: RepairReport): string {
  const facts = {
    layers: counted(layers, 'Layer'),
    examples: counted(examples, 'Example'),
    before: formatPercent(errorBefore),
    after: formatPercent(errorAfter),
  };
  return normalizations === 0
    ? say('layersRepaired', facts)
    : say('layersAndNormsRepaired', { ...facts, normalizations: counted(normalizations, 'Normalization') });
}

function nodeReports({ graph, groups, locked }: PrunableGraph, gone: ReadonlySet<unknown>): NodeReport[] {
  const byName = new Map<string, NodeProto>();
  for (const node of graph.nodes) byName.set(node.name || node.output[0]!, node);
  return [
    ...groups.flatMap(({ producers, units }) => {
      const removed = units.filter((unit) => gone.has(unit)).length;
      const node = byName.get(producers[0]!);
      if (node === undefined) return [];
      const went = { removed, channels: counted(units.length, 'Channel') };
      return [
        removed === 0
          ? leftAlone(node, say('channelsMatter', { count: units.length }))
          : changed(
              node,
              producers.length === 1
                ? say('removedOfChannels', went)
                : say('removedTogether', { ...went, layers: counted(producers.length - 1, 'Layer') }),
            ),
      ];
    }),
    ...locked.flatMap(({ producers, channels, reason }) => {
      const node = byName.get(producers[0]!);
      return node === undefined ? [] : [leftAlone(node, say('channelsLocked', { count: channels, why: reason }))];
    }),
  ];
}

const onlySoMuch = {
  latency: 'onlySoMuchLatency',
  channels: 'onlySoManyChannels',
  parameters: 'onlySoManyParameters',
  macs: 'onlySoManyMacs',
} as const satisfies Record<PruneOptions['target'], PhraseName>;

function warningsOf(
  reached: number,
  { ratio, target, repair: wanted }: PruneOptions,
  repair: RepairReport | null,
  removed: number,
): string[] {
  const warnings: string[] = [];
  if (reached < ratio - 0.005) {
    warnings.push(say(onlySoMuch[target], { share: formatPercent(Math.max(0, reached)) }));
  }
  if (repair === null && wanted !== 'none' && removed > 0) warnings.push(say('repairWithoutData'));
  return warnings;
}

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
  const none = isInside ? 'its layers are inside subgraphs' : 'it has no convolution or product with constant weights';
  const reason = first === undefined ? none : `every group is locked ("${first.name}", because ${first.reason})`;
  const summary = `Nothing to prune: ${reason}.`;
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
  const latency = options.target === 'latency' ? `, measured latency ${formatPercent(reached)} lower` : '';
  const fitted = repair === null ? '' : `; ${repaired(repair)}`;
  return {
    summary: `${counted(units.length, 'channel')} removed in ${counted(groups.length, 'group')}: ${share(before.parameters, after.parameters)} of the parameters and ${share(before.macs, after.macs)} of the multiply-accumulates${latency}${fitted}.`,
    nodes: [
      ...nodeReports(prunable, new Set(units)),
      ...(repair?.unfitted ?? []).map(({ node, reason }) =>
        leftAlone(node, `its weights were not repaired: ${reason}`),
      ),
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
        ? { latency_ratio: Number((1 - reached).toFixed(3)), measured_on: cpus()[0]?.model ?? 'an unknown processor' }
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

const repaired = ({ layers, normalizations, examples, errorBefore, errorAfter }: RepairReport): string =>
  `${counted(layers, 'layer')}${normalizations === 0 ? '' : ` and ${counted(normalizations, 'normalization')}`} repaired on ${counted(examples, 'example')}, their error ${formatPercent(errorBefore)} before and ${formatPercent(errorAfter)} after`;

function nodeReports({ graph, groups, locked }: PrunableGraph, gone: ReadonlySet<unknown>): NodeReport[] {
  const byName = new Map<string, NodeProto>();
  for (const node of graph.nodes) byName.set(node.name || node.output[0]!, node);
  return [
    ...groups.flatMap(({ producers, units }) => {
      const removed = units.filter((unit) => gone.has(unit)).length;
      const node = byName.get(producers[0]!);
      if (node === undefined) return [];
      const others = producers.length > 1 ? `, together with ${counted(producers.length - 1, 'layer')}` : '';
      return [
        removed === 0
          ? leftAlone(node, `its ${units.length} channels matter more than those that went, or are too few`)
          : changed(node, `${removed} of ${counted(units.length, 'channel')} removed${others}`),
      ];
    }),
    ...locked.flatMap(({ producers, channels, reason }) => {
      const node = byName.get(producers[0]!);
      return node === undefined ? [] : [leftAlone(node, `its ${channels} channels are locked: ${reason}`)];
    }),
  ];
}

function warningsOf(
  reached: number,
  { ratio, target, repair: wanted }: PruneOptions,
  repair: RepairReport | null,
  removed: number,
): string[] {
  const warnings: string[] = [];
  if (reached < ratio - 0.005) {
    const what = target === 'macs' ? 'multiply-accumulates' : target;
    warnings.push(
      `Only ${formatPercent(Math.max(0, reached))} of the ${what} could go under the limits given; raise maxShare or lower minChannels and roundTo.`,
    );
  }
  if (repair === null && wanted !== 'none' && removed > 0)
    warnings.push(
      'No dataset was given, so the remaining weights were not repaired: accuracy is likely far lower than it could be.',
    );
  return warnings;
}

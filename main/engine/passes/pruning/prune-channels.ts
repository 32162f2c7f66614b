/** Structured pruning: whole channels go, with everything that is tied to them; the model gets smaller and faster as it is. */
import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { inferShapes } from '../../graph/infer-shapes.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { sensibleShapes } from '../../graph/sensible-shapes.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import { tensorInfoOf } from '../../onnx/value-info.ts';
import { changed, counted, leftAlone } from '../node-report.ts';
import { nameHint } from '../known-names.ts';
import { definePass } from '../pass.ts';
import type { PassContext, PassFindings } from '../pass.ts';
import { channelGroups } from './channel-groups.ts';
import type { ChannelGroups, Unit } from './channel-groups.ts';
import { unitImportance } from './importance.ts';
import { costWithout } from './prune-cost.ts';
import type { PruneCost } from './prune-cost.ts';
import { repairWeights } from './repair/repair-weights.ts';
import type { RepairReport } from './repair/repair-weights.ts';
import { selectUnits } from './select-units.ts';
import { removalOf, sliceGraph } from './slice-graph.ts';
import type { ShapeLookup } from './slice-graph.ts';

const options = z.strictObject({
  ratio: z
    .number()
    .min(0)
    .lt(1)
    .default(0.25)
    .describe('How much goes, as a share of what target counts (0.25 = a quarter).'),
  target: z
    .enum(['channels', 'parameters', 'macs'])
    .default('macs')
    .describe('What ratio counts: channels, parameters, or multiply-accumulates.'),
  importance: z.enum(['l1', 'l2']).default('l1').describe('By which norm of its weights a channel is judged.'),
  global: z
    .boolean()
    .default(true)
    .describe('Rank the channels of all layers together; off takes the same share of each.'),
  maxShare: z
    .number()
    .gt(0)
    .max(0.95)
    .default(0.75)
    .describe('No group of layers loses more than this share of its channels.'),
  minChannels: z.int().min(1).max(4_096).default(4).describe('Channels that every group keeps at least.'),
  roundTo: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('What a group keeps is a multiple of this; 8 or 16 suits vector units.'),
  protect: z.array(z.string()).default([]).describe('Names of nodes whose channels all stay.'),
  repair: z
    .enum(['none', 'least-squares'])
    .default('least-squares')
    .describe(
      'Fit the layers behind to what they gave before, on calibration data (needs a dataset; without one it is left out).',
    ),
});
type Options = z.output<typeof options>;

export const pruneChannels = definePass({
  name: 'prune-channels',
  title: 'Remove channels',
  description:
    'Removes the least important channels of convolutions and products, with all that is tied to them, and repairs what is left on calibration data. Smaller and faster on every processor; accuracy must be checked.',
  family: 'pruning',
  version: 1,
  needsCalibrationData: false,
  dataDecidesBytes: true,
  options,
  async apply(graph, settings, context) {
    refuseUnknownNodes(graph, settings.protect);
    if (settings.ratio === 0) return { graph, report: untouched('Nothing was asked to go: the ratio is 0.') };
    context.progress(0, 'Finding the groups of channels');
    const [tensors, concrete] = await shapesOf(graph, context);
    const found = channelGroups(graph, tensors, ({ name }) => settings.protect.includes(name));
    if (found.groups.length === 0) return { graph, report: nothingToPrune(found) };
    const chosen = choose(graph, found, concrete, settings);
    const shapeOf = lookup(graph, tensors);
    const sliced = sliceGraph(graph, removalOf(found.spaces, chosen.units), shapeOf);
    const repaired =
      settings.repair === 'none' || context.calibration === null || chosen.units.length === 0
        ? null
        : await repairWeights(
            { original: graph, pruned: sliced, removal: removalOf(found.spaces, chosen.units) },
            { ...context, calibration: context.calibration },
          );
    return {
      graph: repaired?.graph ?? sliced,
      report: describe(graph, found, chosen, settings, repaired?.report ?? null),
    };
  },
});

function lookup(graph: Graph, tensors: TensorTable): ShapeLookup {
  return (tensor) => {
    const constant = graph.initializers.get(tensor);
    return constant === undefined ? (tensors.get(tensor)?.shape ?? null) : tensorShape(constant);
  };
}

/** Symbolic shapes, for what may change; concrete ones, for what it costs. */
async function shapesOf(graph: Graph, { openSession }: PassContext): Promise<readonly [TensorTable, TensorTable]> {
  const inputs = graph.inputs.filter(({ name }) => graph.isInput(name)).map(tensorInfoOf);
  const tensors = await inferShapes(graph.model, openSession);
  return [tensors, await inferShapes(graph.model, openSession, sensibleShapes(inputs))];
}

interface Choice {
  readonly units: readonly Unit[];
  readonly before: PruneCost;
  readonly after: PruneCost;
}

/** The smallest selection that takes the wanted share of what is counted; all that may go where that is not enough. */
function choose(graph: Graph, { spaces, groups }: ChannelGroups, concrete: TensorTable, settings: Options): Choice {
  const importance = unitImportance(graph, spaces, groups, settings.importance);
  const unitsAt = (share: number): Unit[] => selectUnits(groups, importance, share, settings);
  const costOf = (units: readonly Unit[]): PruneCost => costWithout(graph, concrete, removalOf(spaces, units));
  const before = costOf([]);
  const total = groups.reduce((sum, { units }) => sum + units.length, 0);
  const goneAt = (share: number): number => {
    const units = unitsAt(share);
    if (settings.target === 'channels') return units.length / total;
    return 1 - costOf(units)[settings.target] / Math.max(1, before[settings.target]);
  };
  let [low, high] = [0, 1];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (goneAt(middle) >= settings.ratio) high = middle;
    else low = middle;
  }
  const units = unitsAt(high);
  return { units, before, after: costOf(units) };
}

function refuseUnknownNodes(graph: Graph, names: readonly string[]): void {
  const known = graph.nodes.map(({ name }) => name).filter((name) => name !== '');
  const missing = names.find((name) => !known.includes(name));
  if (missing !== undefined)
    throw new CrivoError('invalid-input', `There is no node "${missing}" to protect${nameHint(missing, known)}`);
}

const untouched = (summary: string): PassFindings => ({
  summary,
  nodes: [],
  warnings: [],
  figures: { channels_removed: 0 },
});

function nothingToPrune({ locked }: ChannelGroups): PassFindings {
  const reason =
    locked[0] === undefined
      ? 'it has no convolution or product with constant weights'
      : `every group is locked, the first because ${locked[0].reason}`;
  const summary = `Nothing to prune: ${reason}.`;
  return { ...untouched(summary), warnings: [summary] };
}

const share = (before: number, after: number): string =>
  before === 0 ? '0%' : `${(100 * (1 - after / before)).toFixed(1)}%`;

function describe(
  graph: Graph,
  { groups, locked }: ChannelGroups,
  { units, before, after }: Choice,
  settings: Options,
  repair: RepairReport | null,
): PassFindings {
  const gone = new Set(units);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const nodes = [
    ...groups.flatMap((group) => {
      const removed = group.units.filter((unit) => gone.has(unit)).length;
      const node = byName.get(group.producers[0]!);
      if (node === undefined) return [];
      const others =
        group.producers.length > 1 ? `, together with ${counted(group.producers.length - 1, 'layer')}` : '';
      return [
        removed === 0
          ? leftAlone(node, `all of its ${group.units.length} channels matter more than those that went`)
          : changed(node, `${removed} of ${counted(group.units.length, 'channel')} removed${others}`),
      ];
    }),
    ...locked.flatMap(({ name, channels, reason }) => {
      const node = byName.get(name.split(' + ')[0]!);
      return node === undefined ? [] : [leftAlone(node, `its ${channels} channels are locked: ${reason}`)];
    }),
  ];
  const reached =
    settings.target === 'channels' ? Infinity : 1 - after[settings.target] / Math.max(1, before[settings.target]);
  const warnings = [
    ...(reached < settings.ratio - 0.005
      ? [
          `Only ${share(before[settings.target as 'macs'], after[settings.target as 'macs'])} of the ${settings.target} could go under the limits given; raise maxShare or lower minChannels.`,
        ]
      : []),
    ...(repair === null && settings.repair !== 'none' && units.length > 0
      ? [
          'No dataset was given, so the remaining weights were not repaired: accuracy is likely far lower than it could be.',
        ]
      : []),
  ];
  return {
    summary: `${counted(units.length, 'channel')} removed in ${counted(groups.length, 'group')}: ${share(before.parameters, after.parameters)} of the parameters and ${share(before.macs, after.macs)} of the multiply-accumulates${repair === null ? '' : `; ${counted(repair.layers, 'layer')} repaired on ${counted(repair.examples, 'example')}`}.`,
    nodes,
    warnings,
    figures: {
      channels_removed: units.length,
      groups: groups.length,
      groups_locked: locked.length,
      parameters_before: before.parameters,
      parameters_after: after.parameters,
      macs_before: before.macs,
      macs_after: after.macs,
      ...(repair === null ? {} : { repair_error_before: repair.errorBefore, repair_error_after: repair.errorAfter }),
    },
  };
}

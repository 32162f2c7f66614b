/** Structured pruning: whole channels go, with everything that is tied to them; the model gets smaller and faster as it is. */
import { definePass } from '../pass.ts';
import { chooseUnits } from './choose-units.ts';
import { describePruning, nothingToPrune, untouched } from './describe-pruning.ts';
import { prunableGraph } from './prunable-graph.ts';
import { pruneOptions } from './prune-options.ts';
import { repairWeights } from './repair/repair-weights.ts';
import { removalOf } from './slice-graph.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export const pruneChannels = definePass({
  name: 'prune-channels',
  title: say('titleChannels'),
  description:
    'Removes the least important channels of convolutions and products, with all that is tied to them, and repairs what is left on calibration data. Smaller and faster on every processor; accuracy must be checked.',
  family: 'pruning',
  version: 3,
  needsCalibrationData: false,
  dataDecidesBytes: true,
  options: pruneOptions,
  async apply(graph, options, context) {
    if (options.ratio === 0) return { graph, report: untouched(say('nothingAsked')) };
    context.progress(0, say('findingChannels'));
    const prunable = await prunableGraph(graph, options, context.openSession);
    if (prunable.groups.length === 0) return { graph, report: nothingToPrune(prunable) };
    const choice = await chooseUnits(prunable, options, context);
    const pruned = prunable.sliced(choice.units);
    const { repair: mode } = options;
    const { calibration } = context;
    if (mode === 'none' || calibration === null || choice.units.length === 0)
      return { graph: pruned, report: describePruning(prunable, choice, options, null) };
    const removal = removalOf(prunable.spaces, choice.units);
    const repaired = await repairWeights(
      { original: prunable.graph, pruned, removal, mode },
      { ...context, calibration },
    );
    return { graph: repaired.graph, report: describePruning(prunable, choice, options, repaired.report) };
  },
});

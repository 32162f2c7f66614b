import { z } from 'zod';
import type { Graph } from '../../graph/graph.ts';
import { counted } from '../node-report.ts';
import { definePass } from '../pass.ts';
import { extractConstants } from './extract-constants.ts';
import { foldConstants } from './fold-constants.ts';
import { foldScales } from './fold-scales.ts';
import { removeIdentity } from './remove-identity.ts';
import { removeUnused } from './remove-unused.ts';
import { sortAndName } from './sort-and-name.ts';
import type { StepResult } from './step.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Brings a graph into the form that the other passes expect; what it computes doesn't change but for rounding in folded weights. */
export const normalize = definePass({
  name: 'normalize',
  title: say('titleNormalize'),
  description:
    'Weights become initializers, identities and unused nodes go, constants are computed ahead, batch normalization and constant scales are folded into the convolution before them, nodes are sorted and named. The other passes expect this form.',
  family: 'graph',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    foldScales: z
      .boolean()
      .default(true)
      .describe(
        'Fold BatchNormalization and multiplications and additions of constants into the convolution before them.',
      ),
    foldConstants: z.boolean().default(true).describe('Compute what depends on constants only ahead of time.'),
  }),
  async apply(graph, options, { openSession, progress }) {
    const counts: Record<string, number> = {};
    const nodes: StepResult['nodes'][number][] = [];
    let current = graph;
    const take = (figure: string, result: StepResult): void => {
      current = result.graph;
      counts[figure] = (counts[figure] ?? 0) + result.count;
      nodes.push(...result.nodes);
    };
    take('constants_extracted', extractConstants(current));
    take('identities_removed', removeIdentity(current));
    take('nodes_removed_unused', removeUnused(current));
    progress(0.2, say('computingConstants'));
    if (options.foldConstants) take('nodes_folded_constant', await foldConstants(current, openSession));
    progress(0.6, say('foldingScales'));
    if (options.foldScales) take('nodes_folded_scale', foldScales(current));
    take('nodes_removed_unused', removeUnused(current));
    take('nodes_renamed', sortAndName(current));
    return {
      graph: current,
      report: { summary: summarize(graph, current, counts), nodes, warnings: [], figures: counts },
    };
  },
});

function summarize(before: Graph, after: Graph, counts: Readonly<Record<string, number>>): string {
  const count = (figure: string): number => counts[figure] ?? 0;
  if (before.model === after.model) return say('inNormalForm');
  return say('normalized', {
    nodes: counted(before.nodes.length, 'Node'),
    after: after.nodes.length,
    constants: counted(count('constants_extracted'), 'Constant'),
    identities: counted(count('identities_removed'), 'Identity'),
    unused: counted(count('nodes_removed_unused'), 'UnusedNode'),
    computed: counted(count('nodes_folded_constant'), 'Node'),
    scales: counted(count('nodes_folded_scale'), 'Scale'),
  });
}

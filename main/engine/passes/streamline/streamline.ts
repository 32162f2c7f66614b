import { z } from 'zod';
import type { NodeReport } from '../../../../shared/recipe.ts';
import { counted } from '../node-report.ts';
import { removeUnused } from '../normalize/remove-unused.ts';
import { definePass } from '../pass.ts';
import { foldForward, shiftInBlocks } from './fold-forward.ts';
import { gateActivations } from './gate-activations.ts';
import { residualGates } from './residual-gates.ts';
import { applyRule } from './rewriting.ts';
import type { Rule } from './rewriting.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Float arithmetic of convolutional networks in forms that ONNX Runtime's CPU provider computes faster; the results stay the same but for rounding. */
export const streamline = definePass({
  name: 'streamline',
  title: say('titleStreamline'),
  description:
    'Rewrites activations such as hard swish, the constants after them and residual gates in forms of equal value that ONNX Runtime computes without leaving its blocked layout. Expects a normalized graph. Faster on CPUs; no accuracy is lost.',
  family: 'graph',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    activations: z.boolean().default(true).describe('Hard swish and its kin, and the constants after it.'),
    residualGates: z
      .boolean()
      .default(true)
      .describe('x + x·g as one product (squeeze-and-excitation with a residual).'),
  }),
  apply(graph, options) {
    const figures: Record<string, number> = {};
    const nodes: NodeReport[] = [];
    let current = graph;
    const take = (figure: string, rule: Rule): void => {
      const result = applyRule(current, rule);
      current = result.graph;
      figures[figure] = result.count;
      nodes.push(...result.nodes);
    };
    if (options.residualGates) take('residual_gates', residualGates);
    if (options.activations) {
      take('activations', gateActivations);
      take('constants_folded', foldForward);
      take('constants_shifted', shiftInBlocks);
    }
    const total = Object.values(figures).reduce((sum, count) => sum + count, 0);
    return Promise.resolve({
      graph: total === 0 ? graph : removeUnused(current).graph,
      report: { summary: summarize(figures, total), nodes, warnings: [], figures },
    });
  },
});

function summarize(figures: Readonly<Record<string, number>>, total: number): string {
  if (total === 0) return say('noPattern');
  const count = (figure: string): number => figures[figure] ?? 0;
  return say('streamlined', {
    activations: counted(count('activations'), 'Activation'),
    constants: counted(count('constants_folded') + count('constants_shifted'), 'Constant'),
    gates: counted(count('residual_gates'), 'ResidualGate'),
  });
}

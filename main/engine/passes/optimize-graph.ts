import { join } from 'node:path';
import { z } from 'zod';
import type { NodeReport } from '../../../shared/recipe.ts';
import { graphOf } from '../graph/graph.ts';
import type { Graph } from '../graph/graph.ts';
import { readModel } from '../onnx/read-model.ts';
import { writeModel } from '../onnx/write-model.ts';
import { inCanonicalOrder } from './canonical-order.ts';
import { modelBytes } from './model-bytes.ts';
import { counted } from './node-report.ts';
import { definePass } from './pass.ts';
import { say } from '../../../shared/phrases/phrase.ts';

const levels = ['basic', 'extended', 'layout', 'all'] as const;
type Level = (typeof levels)[number];

/** ONNX Runtime can't write a larger file in one piece. */
const largestWholeBytes = 1.5e9;

/** Saves the graph as ONNX Runtime's offline optimizer leaves it. */
export const optimizeGraph = definePass({
  name: 'optimize-graph',
  title: say('titleOptimizeGraph'),
  description:
    "ONNX Runtime's own graph optimizations, done once and saved: sessions open faster, and other runtimes profit from the portable ones.",
  family: 'graph',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    level: z
      .enum(levels)
      .default('basic')
      .describe(
        "basic: portable; extended: fuses into ONNX Runtime's own operators; layout and all: also lay data out for this kind of processor.",
      ),
  }),
  async apply(graph, { level }, { openSession, folder, progress }) {
    const before = join(folder, 'before-optimizer.onnx');
    const after = join(folder, 'after-optimizer.onnx');
    await writeModel(graph.model, before);
    progress(null, say('optimizingAtLevel', { level }));
    const session = await openSession(before, {
      graphOptimization: level,
      threads: 1,
      optimizedModelPath: after,
      ...(modelBytes(graph.model) > largestWholeBytes ? { entries: externalEntries } : {}),
    });
    await session.release();
    const optimized = inCanonicalOrder(graphOf(await readModel(after)), graph.names);
    return { graph: optimized, report: describe(graph, optimized, level) };
  },
});

const externalEntries = {
  'session.optimized_model_external_initializers_file_name': 'after-optimizer.onnx.data',
  'session.optimized_model_external_initializers_min_size_in_bytes': '1024',
};

function describe(before: Graph, after: Graph, level: Level) {
  const old = countOperators(before);
  const now = countOperators(after);
  const operators = [...new Set([...old.keys(), ...now.keys()])].sort();
  const nodes = operators.flatMap((operator): NodeReport[] => {
    const [from, to] = [old.get(operator) ?? 0, now.get(operator) ?? 0];
    return from === to
      ? []
      : [
          {
            node: say('allOf', { operator }),
            operator,
            outcome: 'changed',
            reason: say('operatorCounts', { before: from, after: to }),
          },
        ];
  });
  const own = after.nodes.filter(({ domain }) => domain.startsWith('com.microsoft')).length;
  const layout = after.nodes.filter(({ domain }) => domain === 'com.microsoft.nchwc').length;
  return {
    summary: say('graphOptimized', { nodes: counted(before.nodes.length, 'Node'), after: after.nodes.length, level }),
    nodes,
    warnings: portabilityWarnings(level, own, layout),
    figures: {
      nodes_before: before.nodes.length,
      nodes_after: after.nodes.length,
      onnxruntime_nodes: own,
      layout_nodes: layout,
    },
  };
}

function countOperators(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { domain, opType } of graph.nodes) {
    const operator = domain === '' ? opType : `${domain}.${opType}`;
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  return counts;
}

function portabilityWarnings(level: Level, own: number, layout: number): string[] {
  const warnings: string[] = [];
  if (layout > 0) {
    warnings.push(say('blockedLayout', { nodes: counted(layout, 'Node') }));
  } else if (level === 'layout' || level === 'all') {
    warnings.push(say('layoutByProcessor', { level }));
  }
  if (own > layout) warnings.push(say('ownOperators', { nodes: counted(own - layout, 'Node') }));
  return warnings;
}

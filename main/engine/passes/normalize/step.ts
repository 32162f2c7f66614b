import type { NodeReport } from '../../../../shared/recipe.ts';
import type { Graph } from '../../graph/graph.ts';
import { capturedNames } from '../../graph/graph.ts';

/** What one step of the normalization did. */
export interface StepResult {
  readonly graph: Graph;
  readonly nodes: readonly NodeReport[];
  /** What it counts: nodes or tensors that are gone or changed. */
  readonly count: number;
}

/** Tensors that subgraphs read by name, which therefore can't be renamed or removed. */
export const allCapturedNames = (graph: Graph): ReadonlySet<string> =>
  new Set(graph.nodes.flatMap((node) => [...capturedNames(node)]));

/** The family of a model: its oldest ancestor, and all variants made from that. */
import type { ModelSummary } from '../../../shared/model.ts';

export interface LineageNode {
  readonly sha256: string;
  /** Null where it is no longer in the library. */
  readonly model: ModelSummary | null;
  readonly children: readonly LineageNode[];
}

/** The tree that a model of the library stands in. */
export function lineageTree(models: readonly ModelSummary[], sha256: string): LineageNode {
  const byHash = new Map(models.map((model) => [model.sha256, model]));
  const seen = new Set<string>();
  let root = sha256;
  for (;;) {
    seen.add(root);
    const parent = byHash.get(root)?.lineage?.parentSha256;
    if (parent === undefined || seen.has(parent)) break;
    root = parent;
  }
  const placed = new Set<string>();
  const grow = (hash: string): LineageNode => {
    placed.add(hash);
    const children = models
      .filter((model) => model.lineage?.parentSha256 === hash && !placed.has(model.sha256))
      .sort((a, b) => a.name.localeCompare(b.name));
    return { sha256: hash, model: byHash.get(hash) ?? null, children: children.map((child) => grow(child.sha256)) };
  };
  return grow(root);
}

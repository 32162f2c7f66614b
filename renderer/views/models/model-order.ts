/** In which order the library is shown. */
import type { ModelSummary } from '../../../shared/model.ts';

export type ModelColumn = 'name' | 'precision' | 'sizeBytes' | 'parameterCount' | 'macs' | 'opset' | 'addedAt';

export interface Placed {
  readonly model: ModelSummary;
  /** 0 for a model, 1 for its variants, 2 for variants of these. */
  readonly depth: number;
}

/** Models by name, each followed by its variants; a variant whose parent is not there stands as a model does. */
export function byLineage(models: readonly ModelSummary[]): readonly Placed[] {
  const present = new Set(models.map((model) => model.sha256));
  const children = new Map<string | null, ModelSummary[]>();
  for (const model of [...models].sort((a, b) => a.name.localeCompare(b.name))) {
    const parent = model.lineage?.parentSha256;
    const key = parent !== undefined && parent !== model.sha256 && present.has(parent) ? parent : null;
    children.set(key, [...(children.get(key) ?? []), model]);
  }
  const place = (parent: string | null, depth: number): Placed[] =>
    (children.get(parent) ?? []).flatMap((model) => [{ model, depth }, ...place(model.sha256, depth + 1)]);
  return place(null, 0);
}

/** Models by a column; unknown values last. */
export function byColumn(models: readonly ModelSummary[], column: ModelColumn, descending: boolean): readonly Placed[] {
  const sign = descending ? -1 : 1;
  const sorted = [...models].sort((a, b) => {
    const left = a[column];
    const right = b[column];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right));
  });
  return sorted.map((model) => ({ model, depth: 0 }));
}

/** Whether all words of a search stand somewhere in a model's name, tags, note, precision or recipe. */
export function matchesSearch(model: ModelSummary, search: string): boolean {
  const recipe = model.lineage?.recipeName ?? '';
  const content = [model.name, model.precision, recipe, model.note, ...model.tags].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => content.includes(word));
}

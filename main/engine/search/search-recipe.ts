/** The recipe that changes a chosen set of groups, and how a trial of it is called. */
import type { Recipe } from '../../../shared/recipe.ts';
import type { SensitiveGroup } from '../../../shared/search.ts';
import { canonicalHash } from '../store/canonical-json.ts';
import { wholeBlocks } from './pruning-cuts.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Names of groups. */
export interface Choice {
  readonly cuts: readonly string[];
  /** Null where everything stays in float32. */
  readonly layers: readonly string[] | null;
}

export interface KnownGroups {
  readonly cuts: readonly SensitiveGroup[];
  readonly layers: readonly SensitiveGroup[];
}

export interface NamedRecipe {
  /** In words. */
  readonly name: string;
  readonly recipe: Recipe;
  /** Names of the groups that it changes. */
  readonly groups: readonly string[];
}

/** @param salt what else the recipe's name tells apart */
export function recipeOf(known: KnownGroups, choice: Choice, isStreamlined: boolean, salt: string): NamedRecipe {
  const cuts = largestCuts(known.cuts.filter(({ name }) => choice.cuts.includes(name)));
  const groups = [...cuts.map(({ name }) => name), ...(choice.layers ?? [])];
  const layersInAll = known.layers.length;
  const words = [
    ...(cuts.length === 0 ? [] : [say('groupsPruned', { count: cuts.length, all: largestCuts(known.cuts).length })]),
    ...(choice.layers === null ? [] : [say('groupsInEightBits', { count: choice.layers.length, all: layersInAll })]),
  ];
  const counts = [
    ...(cuts.length === 0 ? [] : [`p${cuts.length}`]),
    ...(choice.layers === null ? [] : [`${choice.layers.length}of${layersInAll}`]),
  ];
  return {
    name: words.join(', '),
    groups,
    recipe: {
      name: `search-${counts.join('-')}-${canonicalHash([salt, groups]).slice(0, 6)}`,
      passes: [
        { pass: 'normalize' },
        ...pruningPasses(cuts),
        ...(isStreamlined ? [{ pass: 'streamline' }] : []),
        ...(choice.layers === null ? [] : [quantization(known.layers, choice.layers)]),
      ],
    },
  };
}

/** Of the cuts of the same channels the one that takes most. */
function largestCuts(cuts: readonly SensitiveGroup[]): readonly SensitiveGroup[] {
  const largest = new Map<string, SensitiveGroup>();
  for (const cut of cuts) {
    const key = cut.nodes.join('\n');
    const other = largest.get(key);
    if (other === undefined || shareOf(cut) > shareOf(other)) largest.set(key, cut);
  }
  return [...largest.values()];
}

const shareOf = ({ change }: SensitiveGroup): number => (change.kind === 'prune' ? change.share : 0);

/** A pass for each share that goes. */
function pruningPasses(cuts: readonly SensitiveGroup[]): Recipe['passes'] {
  const shares = [...new Set(cuts.map(shareOf))].sort((a, b) => b - a);
  return shares.map((share) => ({
    pass: 'prune-channels',
    options: {
      ...{ ratio: share, target: 'channels', roundTo: wholeBlocks },
      only: cuts.filter((cut) => shareOf(cut) === share).flatMap(({ nodes }) => nodes),
    },
  }));
}

function quantization(layers: readonly SensitiveGroup[], chosen: readonly string[]): Recipe['passes'][number] {
  const exclude = layers.filter(({ name }) => !chosen.includes(name)).flatMap(({ nodes }) => nodes);
  return { pass: 'quantize-static', options: exclude.length === 0 ? {} : { exclude } };
}

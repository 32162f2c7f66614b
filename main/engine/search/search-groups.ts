/**
 * Which groups to change: binary search on the ranked prefix, then greedy repair. Nothing here knows what a group is or how a
 * set is judged, so that layers to quantize and channels to prune are searched alike.
 */

/** What a trial of a set showed. */
export interface Judgement {
  /** Whether it keeps to the bounds of accuracy. */
  readonly accurate: boolean;
  /** Whether it keeps to the budget of latency and size. */
  readonly affordable: boolean;
  /** What counts, smaller is better: the latency over the original's, or the drift. Infinite where it is not known. */
  readonly cost: number;
}

export interface GroupSearch {
  /** Least harm for the gain first. */
  readonly ranked: readonly string[];
  readonly goal: 'fastest' | 'most accurate';
  /** Trials at most. */
  readonly mostTrials: number;
  /** Tries a set of groups, given in their rank. Called once for each set. */
  readonly judge: (groups: readonly string[]) => Promise<Judgement>;
}

/** Changes to the best prefix that are tried. */
const mostRepairs = 4;

/** Tries sets until no repair is better or the trials are used up. Those tried are the caller's to remember. */
export async function searchGroups({ ranked, goal, mostTrials, judge }: GroupSearch): Promise<void> {
  const seen = new Map<string, Judgement>();
  const tried = async (groups: readonly string[]): Promise<Judgement | null> => {
    const key = groups.join('\n');
    const known = seen.get(key);
    if (known !== undefined) return known;
    if (seen.size >= mostTrials || groups.length === 0) return null;
    const judgement = await judge(groups);
    seen.set(key, judgement);
    return judgement;
  };
  const prefix = goal === 'fastest' ? await longestAccurate(ranked, tried) : await shortestAffordable(ranked, tried);
  if (prefix === null) return;
  const current = { groups: ranked.slice(0, prefix), cost: (await tried(ranked.slice(0, prefix)))?.cost ?? Infinity };
  if (goal === 'fastest') await growAndShrink(ranked, prefix, current, tried);
  else await shrink(current, tried);
}

type Tried = (groups: readonly string[]) => Promise<Judgement | null>;
interface Current {
  groups: readonly string[];
  cost: number;
}

/** Most groups by rank that keep accurate; all are tried first, because then nothing need be searched. Null where not even one does. */
async function longestAccurate(ranked: readonly string[], tried: Tried): Promise<number | null> {
  if ((await tried(ranked))?.accurate === true) return ranked.length;
  let accurate = 0;
  let inaccurate = ranked.length;
  while (inaccurate - accurate > 1) {
    const middle = (accurate + inaccurate) >> 1;
    const judgement = await tried(ranked.slice(0, middle));
    if (judgement === null) break;
    if (judgement.accurate) accurate = middle;
    else inaccurate = middle;
  }
  return accurate === 0 ? null : accurate;
}

/** Fewest groups by rank that keep to the budget; null where not even all do. */
async function shortestAffordable(ranked: readonly string[], tried: Tried): Promise<number | null> {
  if ((await tried(ranked))?.affordable !== true) return null;
  let dear = 0;
  let affordable = ranked.length;
  while (affordable - dear > 1) {
    const middle = (dear + affordable) >> 1;
    const judgement = await tried(ranked.slice(0, middle));
    if (judgement === null) break;
    if (judgement.affordable) affordable = middle;
    else dear = middle;
  }
  return affordable;
}

/** Adds the next groups by rank, passing over the one that was too much; then takes some out. Keeps what is faster and accurate. */
async function growAndShrink(ranked: readonly string[], prefix: number, current: Current, tried: Tried): Promise<void> {
  const improves = async (groups: readonly string[]): Promise<boolean> => {
    const judgement = await tried(groups);
    if (judgement?.accurate === true && judgement.affordable && judgement.cost < current.cost) {
      current.groups = groups;
      current.cost = judgement.cost;
    }
    return judgement !== null;
  };
  for (const group of ranked.slice(prefix + 1, prefix + 1 + mostRepairs)) {
    if (!(await improves([...current.groups, group]))) return;
  }
  // Where not all of a chain is quantized, values turn to integers and back: fewer groups may be faster.
  for (const fewer of prefix > 1 ? [prefix - 1, Math.ceil(prefix / 2)] : []) {
    if (!(await improves(ranked.slice(0, fewer)))) return;
  }
}

/** Takes out what drifts most for its gain, as long as the budget is kept. */
async function shrink(current: Current, tried: Tried): Promise<void> {
  for (const group of current.groups.toReversed().slice(1, 1 + mostRepairs)) {
    const groups = current.groups.filter((other) => other !== group);
    const judgement = await tried(groups);
    if (judgement === null) return;
    if (judgement.affordable && judgement.cost < current.cost) {
      current.groups = groups;
      current.cost = judgement.cost;
    }
  }
}

/** The search for the best variant of a model: ranks its parts, tries sets of them, and measures every try. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { MeasureChoice } from '../../../shared/measurement.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { SearchBounds, SearchResult, SearchTrial, SensitiveGroup } from '../../../shared/search.ts';
import type { KnownDataset } from '../accuracy/bundled-datasets.ts';
import type { Library } from '../library/library.ts';
import type { Clock, JobOptions, JobRunner } from '../ports.ts';
import { canonicalHash } from '../store/canonical-json.ts';
import type { SearchState } from '../store/searches.ts';
import type { Store } from '../store/store.ts';
import type { Queue } from '../sweep/queue.ts';
import type { Sweeps } from '../sweep/sweeps.ts';
import { chooseTrial, promising } from './choose-trial.ts';
import { measureTrial } from './measure-trial.ts';
import { cutAnalysis, pruningCuts } from './pruning-cuts.ts';
import { rankGroups } from './rank-groups.ts';
import { searchGroups } from './search-groups.ts';
import { recipeOf } from './search-recipe.ts';
import type { Choice, KnownGroups, NamedRecipe } from './search-recipe.ts';

export interface SearchOrder {
  readonly model: string;
  readonly bounds: SearchBounds;
  readonly dataset: KnownDataset;
  readonly threads: number;
  readonly batchSize: number;
  /** In which a variant and the original are measured by turns, at least 3. */
  readonly rounds: number;
  /** How each run is measured; undefined for the search's own short rounds. */
  readonly measure: MeasureChoice | undefined;
  /** Variants tried at most. */
  readonly trials: number;
  /** Forgets what an earlier search of the same found. */
  readonly again: boolean;
}

export interface SearchParts {
  readonly store: Store;
  readonly library: Library;
  readonly sweeps: Pick<Sweeps, 'queue'>;
  readonly queue: Pick<Queue, 'workOn'>;
  readonly jobs: JobRunner;
  readonly clock: Clock;
  readonly isa: () => Promise<readonly string[]>;
  readonly workFolder: string;
}

export interface VariantSearch {
  /** Raises `invalid-input` for bounds that can't be judged, `cancelled`, `conflict` while the queue works. What was done is kept. */
  readonly run: (order: SearchOrder, options?: JobOptions) => Promise<SearchResult>;
}

/** Raised whenever the same order would be searched otherwise. */
const version = 2;
/** What is searched with where nothing is said. */
export const searchDefaults = { threads: 1, batchSize: 1, rounds: 5, trials: 12, again: false };
/** The best is measured anew in so many times the rounds: of many tries the luckiest looks better than it is. */
const confirmation = 2;
const normalized: Recipe['passes'] = [{ pass: 'normalize' }];
const streamlined: Recipe['passes'] = [...normalized, { pass: 'streamline' }];

export function createVariantSearch(parts: SearchParts): VariantSearch {
  return {
    run: async (order, options = {}) => {
      refuseUnjudged(order);
      const model = parts.library.resolve(order.model);
      if (model.inspection.quantization !== null)
        throw new CrivoError(
          'invalid-input',
          say('quantizedAlready', { model: model.name, quantization: model.inspection.quantization }),
        );
      const { bounds, threads, batchSize, rounds, measure, dataset } = order;
      const orderHash = canonicalHash({
        ...{ version, model: model.sha256, bounds, threads, batchSize, rounds, dataset: dataset.files.sha256 },
        isa: await parts.isa(),
        ...(measure === undefined ? {} : { measure }),
      });
      const search = new Search(parts, order, model, orderHash, options);
      return search.run();
    },
  };
}

function refuseUnjudged({ bounds, dataset }: SearchOrder): void {
  if (Object.values(bounds).every((bound) => bound === undefined))
    throw new CrivoError('invalid-input', say('stateBounds'));
  if (bounds.maxDrop !== undefined && !dataset.detail.labelled)
    throw new CrivoError('invalid-input', say('noLabelsToLose', { dataset: dataset.files.name }));
}

/** One search under way. */
class Search {
  private readonly parts: SearchParts;
  private readonly order: SearchOrder;
  private readonly model: ReturnType<Library['resolve']>;
  private readonly orderHash: string;
  private readonly options: JobOptions;
  private state: SearchState;
  private readonly resumed: number;
  private readonly recipes = new Map<string, Recipe>();

  constructor(
    parts: SearchParts,
    order: SearchOrder,
    model: ReturnType<Library['resolve']>,
    orderHash: string,
    options: JobOptions,
  ) {
    this.parts = parts;
    this.order = order;
    this.model = model;
    this.orderHash = orderHash;
    this.options = options;
    const found = order.again ? null : parts.store.searches.find(orderHash);
    this.state = found ?? {
      ...{ streamlined: null, layers: null, cuts: null, trials: [] },
      original: { latencyMs: null, accuracy: null },
    };
    this.resumed = this.state.trials.length;
  }

  get goal(): SearchResult['goal'] {
    const { maxLatencyMs, maxSizeBytes } = this.order.bounds;
    return maxLatencyMs === undefined && maxSizeBytes === undefined ? 'fastest' : 'most accurate';
  }

  async run(): Promise<SearchResult> {
    const startedNs = this.parts.clock.monotonicNs();
    const isStreamlined = await this.floatForm();
    const known = { layers: await this.layers(isStreamlined), cuts: await this.cuts() };
    await this.searchAll(known, isStreamlined);
    await this.confirm();
    const { trials, original } = this.state;
    const { best, reason } = chooseTrial(this.goal, trials);
    this.options.onProgress?.(1, reason);
    return {
      ...{ modelSha256: this.model.sha256, goal: this.goal, groups: [...known.layers, ...known.cuts], trials },
      ...{ best, reason, resumed: this.resumed },
      ...{ originalLatencyMs: original.latencyMs, originalAccuracy: original.accuracy },
      originalSizeBytes: this.model.sizeBytes,
      durationMs: Number(this.parts.clock.monotonicNs() - startedNs) / 1e6,
    };
  }

  /** Channels first, with at most half of the trials; then what is to be in 8 bits, of the best that pruning gave. */
  private async searchAll(known: KnownGroups, isStreamlined: boolean): Promise<void> {
    const cuts = rankGroups(known.cuts);
    const layers = rankGroups(known.layers);
    // One is the streamlined form, one the confirmation.
    let left = this.order.trials - 2;
    const search = async (ranked: readonly string[], most: number, choiceOf: (chosen: readonly string[]) => Choice) => {
      const found = await this.searchSets(ranked, most, (chosen) =>
        recipeOf(known, choiceOf(chosen), isStreamlined, this.orderHash),
      );
      left -= found.judged;
      return found;
    };
    const pruned = await search(cuts, left >> 1, (chosen) => ({ cuts: chosen, layers: null }));
    const floatCost = isStreamlined ? (this.state.trials[0]?.ratio?.value ?? 1) : 1;
    const isWorthIt = this.goal === 'fastest' && pruned.cost < floatCost;
    const kept = isWorthIt ? pruned.groups : [];
    const quantized = await search(layers, left, (chosen) => ({ cuts: kept, layers: chosen }));
    // Where neither alone keeps to a budget, both together may.
    if (this.goal === 'most accurate' && pruned.cost === Infinity && quantized.cost === Infinity && cuts.length > 0)
      await search(layers, left, (chosen) => ({ cuts, layers: chosen }));
  }

  /** The best set of the ranked groups within the bounds; its cost is infinite where there is none. */
  private async searchSets(
    ranked: readonly string[],
    mostTrials: number,
    recipeFor: (chosen: readonly string[]) => NamedRecipe,
  ): Promise<{ readonly groups: readonly string[]; readonly cost: number; readonly judged: number }> {
    let best: { groups: readonly string[]; cost: number } = { groups: [], cost: Infinity };
    let judged = 0;
    await searchGroups({
      ...{ ranked, goal: this.goal, mostTrials },
      judge: async (chosen) => {
        judged += 1;
        const { name, recipe, groups } = recipeFor(chosen);
        const trial = await this.try(name, recipe, groups);
        const accurate = this.keepsAccuracy(trial);
        const affordable = this.keepsBudget(trial);
        const cost = (this.goal === 'fastest' ? trial.ratio?.value : -(trial.snrDb ?? -Infinity)) ?? Infinity;
        if (accurate && affordable && cost < best.cost) best = { groups: chosen, cost };
        return { accurate, affordable, cost };
      },
    });
    return { ...best, judged };
  }

  private async confirm(): Promise<void> {
    const found = promising(this.goal, this.state.trials);
    if (found === null) return;
    const recipe = this.recipes.get(found.recipeName);
    if (recipe !== undefined)
      await this.try(say('trialConfirmed', { trial: found.name }), recipe, found.groups, confirmation);
  }

  private keepsAccuracy({ rejected, drop, snrDb }: SearchTrial): boolean {
    const { maxDrop, minSnrDb } = this.order.bounds;
    if (maxDrop === undefined && minSnrDb === undefined) return rejected === null;
    const dropHolds = maxDrop === undefined || (drop !== null && drop <= maxDrop + 1e-9);
    return dropHolds && (minSnrDb === undefined || (snrDb !== null && snrDb >= minSnrDb));
  }

  private keepsBudget({ latencyMs, sizeBytes }: SearchTrial): boolean {
    const { maxLatencyMs = Infinity, maxSizeBytes = Infinity } = this.order.bounds;
    return (latencyMs ?? Infinity) <= maxLatencyMs && sizeBytes <= maxSizeBytes;
  }

  /** Float arithmetic in faster forms costs no accuracy: where it is faster beyond doubt, all else starts from it. */
  private async floatForm(): Promise<boolean> {
    const trial = await this.try('streamlined', { name: 'search-streamlined', passes: streamlined }, []);
    const isFaster = trial.ratio !== null && trial.ratio.high < 1 && this.keepsAccuracy(trial);
    this.save({ streamlined: isFaster });
    return isFaster;
  }

  /** Parts to quantize, each alone. */
  private async layers(isStreamlined: boolean): Promise<readonly SensitiveGroup[]> {
    if (this.state.layers !== null) return this.state.layers;
    const { library, jobs, isa, workFolder } = this.parts;
    const folder = await mkdtemp(join(workFolder, 'search-'));
    try {
      const layers = await jobs.run(
        'measure-sensitivity',
        {
          modelPath: library.pathOf(this.model.sha256),
          before: { name: 'search', passes: isStreamlined ? streamlined : normalized },
          ...{ dataset: this.order.dataset.files, isa: await isa(), folder },
        },
        this.ranking(0.1),
      );
      this.save({ layers });
      return layers;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Channels to prune, each group alone. */
  private async cuts(): Promise<readonly SensitiveGroup[]> {
    if (this.state.cuts !== null) return this.state.cuts;
    const analysis = await this.parts.jobs.run(
      'analyze-pruning',
      {
        ...{ modelPath: this.parts.library.pathOf(this.model.sha256), dataset: this.order.dataset.files },
        options: cutAnalysis,
      },
      this.ranking(0.2),
    );
    const cuts = pruningCuts(analysis);
    this.save({ cuts });
    return cuts;
  }

  /** A tenth of the progress, from where it stands. */
  private ranking(from: number): JobOptions {
    return {
      ...(this.options.signal === undefined ? {} : { signal: this.options.signal }),
      onProgress: (fraction, message) =>
        this.options.onProgress?.(fraction === null ? null : from + 0.1 * fraction, message),
    };
  }

  private async try(name: string, recipe: Recipe, groups: readonly string[], times = 1): Promise<SearchTrial> {
    this.recipes.set(recipe.name, recipe);
    const known = this.state.trials.find((trial) => trial.recipeName === recipe.name && trial.name === name);
    if (known !== undefined) return known;
    const { trials } = this.state;
    const fraction = trials.length === 0 ? 0 : 0.3 + (0.7 * trials.length) / this.order.trials;
    this.options.onProgress?.(Math.min(0.99, fraction), say('trying', { trial: name, count: trials.length + 1 }));
    const { folder } = this.parts.store;
    const { dataset, bounds, threads, batchSize, rounds, measure } = this.order;
    const { trial, original } = await measureTrial(
      { ...this.parts, folder: join(folder, 'searches', this.orderHash.slice(0, 12)) },
      {
        ...{ model: this.model, name, recipe, groups, bounds, threads, batchSize, rounds: times * rounds },
        ...{ measure, dataset: dataset.files.name, signal: this.options.signal },
      },
    );
    this.save({ trials: [...trials, trial], original });
    return trial;
  }

  private save(change: Partial<SearchState>): void {
    this.state = { ...this.state, ...change };
    this.parts.store.searches.save(this.orderHash, this.model.sha256, this.state);
  }
}

/** Stored answers as people read them. */
import type { AccuracyComparison, AccuracyReport, FigureComparison } from '../../../shared/accuracy.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { JobRunner } from '../ports.ts';
import type { StoredAnswers } from '../store/run-answers.ts';
import type { Store } from '../store/store.ts';
import { reportOf } from './accuracy-report.ts';
import { exampleCountOf } from './answers.ts';
import { changesOf } from './compare-answers.ts';
import type { Datasets } from './datasets.ts';

export interface Accuracy {
  /** Raises `not-found` where the run answered nothing. */
  readonly report: (runId: number) => AccuracyReport;
  /** Two runs over the same examples; raises `invalid-input` where they are not the same. */
  readonly compare: (request: {
    readonly first: number;
    readonly second: number;
    readonly offset: number;
    readonly limit: number;
  }) => Promise<AccuracyComparison>;
}

/** Comparisons that are kept, because pages ask for the same again with other examples. */
const mostKept = 20;

export function createAccuracy({
  store,
  datasets,
  jobs,
}: {
  readonly store: { readonly runs: Pick<Store['runs'], 'answers' | 'get'> };
  readonly datasets: Datasets;
  readonly jobs: JobRunner;
}): Accuracy {
  const kept = new Map<string, Promise<readonly FigureComparison[]>>();
  const figuresOf = (
    key: string,
    first: StoredAnswers,
    second: StoredAnswers,
  ): Promise<readonly FigureComparison[]> => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    // Thousands of resamples, which would hold up everything else here.
    const figures = jobs.run('compare-answers', { first: first.answers, second: second.answers });
    kept.set(key, figures);
    figures.catch(() => kept.delete(key));
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return figures;
  };
  const namesOf = ({ datasetSha256 }: StoredAnswers): readonly string[] => {
    const judged = datasets.detailOf(datasetSha256)?.judged;
    return judged !== null && judged !== undefined && 'classNames' in judged ? judged.classNames : [];
  };
  return {
    report: (runId) => {
      const found = store.runs.answers(runId);
      const { answers, datasetName } = found;
      const quality = store.runs.get(runId).run.measurement?.quality ?? [];
      return {
        ...{ runId, dataset: datasetName, task: answers.kind, examples: exampleCountOf(answers) },
        ...{ metrics: quality, ...reportOf(answers, namesOf(found)) },
      };
    },
    compare: async ({ first, second, offset, limit }) => {
      const [a, b] = [store.runs.answers(first), store.runs.answers(second)];
      if (a.datasetSha256 !== b.datasetSha256) {
        throw new CrivoError(
          'invalid-input',
          say('runsOfOtherData', { first, dataset: a.datasetName, second, other: b.datasetName }),
        );
      }
      const { changes, classes } = changesOf(a.answers, b.answers, namesOf(a));
      const shown = changes.slice(offset, offset + limit);
      const views = await datasets
        .examplesAt(
          a.datasetSha256,
          shown.map(({ index }) => index),
        )
        .catch((error: unknown) => {
          // The answers stand for themselves; only their pictures are gone.
          if (error instanceof CrivoError) return [];
          throw error;
        });
      const byIndex = new Map(views.map((view) => [view.index, view]));
      const count = (kind: string): number => changes.filter(({ change }) => change === kind).length;
      return {
        ...{ dataset: a.datasetName, task: a.answers.kind, examples: exampleCountOf(a.answers), classes },
        figures: await figuresOf(`${first} ${second}`, a, b),
        counts: { lost: count('lost'), gained: count('gained'), other: count('other') },
        changed: shown.map((change) => ({ ...change, example: byIndex.get(change.index) ?? null })),
      };
    },
  };
}

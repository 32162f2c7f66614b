/** A run's quality figures, from its answers. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import { exampleCountOf } from './answers.ts';
import type { Answers } from './answers.ts';
import { bootstrapInterval, everyExampleOnce } from './bootstrap.ts';
import { wilsonInterval } from './metrics.ts';
import { statisticsOf } from './statistics-of-answers.ts';
import type { AnswerStatistic } from './statistics-of-answers.ts';

/** The figures with their 95% intervals, the most important first; those without a value (no word, no box) are left out. */
export function metricsOfAnswers(answers: Answers, dataset: string): QualityMetric[] {
  const count = exampleCountOf(answers);
  const once = everyExampleOnce(count);
  return statisticsOf(answers).flatMap((statistic) => {
    const value = statistic.of(once);
    if (!Number.isFinite(value)) return [];
    const { low, high, examples } = intervalOf(statistic, count);
    return [{ name: statistic.name, value, low, high, examples, unit: statistic.unit, dataset }];
  });
}

function intervalOf(
  { of, right, counts }: AnswerStatistic,
  count: number,
): { readonly low: number | null; readonly high: number | null; readonly examples: number } {
  if (right === undefined) {
    const interval = bootstrapInterval(count, of);
    return { low: interval?.low ?? null, high: interval?.high ?? null, examples: count };
  }
  let [hits, trials] = [0, 0];
  for (let example = 0; example < count; example += 1) {
    if (counts?.(example) === false) continue;
    trials += 1;
    if (right(example)) hits += 1;
  }
  const { low, high } = wilsonInterval(hits, trials);
  return { low: 100 * low, high: 100 * high, examples: trials };
}

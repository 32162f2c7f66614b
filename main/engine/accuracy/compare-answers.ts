/** Two runs' answers on the same examples. */
import type { AccuracyComparison, ChangedAnswer, FigureComparison } from '../../../shared/accuracy.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { exampleCountOf, iouThresholds } from './answers.ts';
import type { Answers, BoxAnswers, MaskAnswers } from './answers.ts';
import { everyExampleOnce, pairedBootstrap } from './bootstrap.ts';
import { mcnemar } from './mcnemar.ts';
import { className } from './read-examples.ts';
import { statisticsOf } from './statistics-of-answers.ts';
import type { AnswerStatistic } from './statistics-of-answers.ts';

/** Raises `invalid-input` where they answer different questions. */
export function compareFigures(first: Answers, second: Answers): FigureComparison[] {
  requireSame(first, second);
  const count = exampleCountOf(first);
  const others = new Map(statisticsOf(second).map((statistic) => [statistic.name, statistic]));
  return statisticsOf(first).flatMap((statistic) => {
    const other = others.get(statistic.name);
    return other === undefined ? [] : [compareFigure(statistic, other, count)];
  });
}

function compareFigure(first: AnswerStatistic, second: AnswerStatistic, count: number): FigureComparison {
  const once = everyExampleOnce(count);
  const { name, unit, higherIsBetter, right } = first;
  const paired = pairedBootstrap(count, (weights) => second.of(weights) - first.of(weights));
  const tested = right === undefined || second.right === undefined ? null : discordant(first, second, count);
  return {
    ...{ name, unit, higherIsBetter, first: first.of(once), second: second.of(once) },
    difference: paired === null ? null : { value: paired.value, low: paired.low, high: paired.high },
    pValue: tested?.pValue ?? paired?.pValue ?? null,
    test: tested === null ? 'bootstrap' : 'mcnemar',
    ...{ onlyFirst: tested?.onlyFirst ?? null, onlySecond: tested?.onlySecond ?? null },
  };
}

function discordant(first: AnswerStatistic, second: AnswerStatistic, count: number) {
  let [onlyFirst, onlySecond] = [0, 0];
  for (let example = 0; example < count; example += 1) {
    const [a, b] = [first.right!(example), second.right!(example)];
    if (a && !b) onlyFirst += 1;
    if (b && !a) onlySecond += 1;
  }
  return mcnemar(onlyFirst, onlySecond);
}

/** The examples that were answered differently, those that lost first, and how each class fared. */
export function changesOf(
  first: Answers,
  second: Answers,
  names: readonly string[],
): { readonly changes: readonly Omit<ChangedAnswer, 'example'>[]; readonly classes: AccuracyComparison['classes'] } {
  requireSame(first, second);
  const changes = Array.from({ length: exampleCountOf(first) }, (_, index) => changeOf(first, second, index, names))
    .filter((change) => change !== null)
    .sort((a, b) => order[a.change] - order[b.change] || b.weight - a.weight || a.index - b.index)
    .map(({ weight: _weight, ...change }) => change);
  return { changes, classes: classShares(first, second, names) };
}

const order = { lost: 0, gained: 1, other: 2 } as const;

type Change = Omit<ChangedAnswer, 'example'> & { readonly weight: number };

function changeOf(a: Answers, b: Answers, index: number, names: readonly string[]): Change | null {
  if (a.kind === 'classes' && b.kind === 'classes') {
    const [first, second, label] = [a.predicted[index]!, b.predicted[index]!, a.labels[index]!];
    if (first === second) return null;
    const change = first === label ? 'lost' : second === label ? 'gained' : 'other';
    const text = (at: number): string => (at < 0 ? 'NaN' : className(names, at));
    return { index, change, first: text(first), second: text(second), label: className(names, label), weight: 0 };
  }
  if (a.kind === 'text' && b.kind === 'text') {
    const [first, second] = [a.texts[index]!, b.texts[index]!];
    if (first === second) return null;
    const worse = b.characterErrors[index]! - a.characterErrors[index]!;
    return { index, change: changeBy(worse), first, second, label: a.expected[index]!, weight: Math.abs(worse) };
  }
  const [before, after] = [errorAt(a, index), errorAt(b, index)];
  if (before === null || after === null || Math.abs(after.error - before.error) <= 1e-9) return null;
  const worse = after.error - before.error;
  return { index, change: changeBy(worse), first: before.text, second: after.text, label: '', weight: Math.abs(worse) };
}

const changeBy = (worse: number): ChangedAnswer['change'] => (worse > 0 ? 'lost' : worse < 0 ? 'gained' : 'other');

/** How wrong an answer is that is no class or text, and in words. */
function errorAt(answers: Answers, index: number): { readonly error: number; readonly text: string } | null {
  switch (answers.kind) {
    case 'values': {
      const error = answers.squaredErrors[index]!;
      return { error, text: `MSE ${error.toPrecision(4)}` };
    }
    case 'masks': {
      const iou = iouOf(answers, index);
      return iou === null ? null : { error: 1 - iou, text: `IoU ${(100 * iou).toFixed(1)}%` };
    }
    case 'boxes': {
      const { found, wrong, boxes } = boxesAt(answers, index);
      return { error: boxes - found + wrong, text: say('boxesFound', { found, boxes, wrong }) };
    }
    case 'embeddings': {
      const rank = answers.firstHit[index]!;
      return rank < 0 ? null : { error: rank, text: `#${rank + 1}` };
    }
    default:
      return null;
  }
}

/** Mean over the classes of one example. */
function iouOf({ classes, intersections, predictedPixels, labelPixels }: MaskAnswers, index: number): number | null {
  const values: number[] = [];
  for (let at = index * classes; at < (index + 1) * classes; at += 1) {
    const union = predictedPixels[at]! + labelPixels[at]! - intersections[at]!;
    if (union > 0) values.push(intersections[at]! / union);
  }
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** At `iouThresholds[0]`, of detections with a score of at least one half. */
function boxesAt({ classes, example, score, matched, truths }: BoxAnswers, index: number) {
  let [found, wrong, boxes] = [0, 0, 0];
  for (let at = index * classes; at < (index + 1) * classes; at += 1) boxes += truths[at]!;
  example.forEach((own, detection) => {
    if (own !== index || score[detection]! < iouThresholds[0]!) return;
    if ((matched[detection]! & 1) === 1) found += 1;
    else wrong += 1;
  });
  return { found, wrong, boxes };
}

function classShares(first: Answers, second: Answers, names: readonly string[]): AccuracyComparison['classes'] {
  if (first.kind !== 'classes' || second.kind !== 'classes') return [];
  const counts = new Map<number, { examples: number; first: number; second: number }>();
  first.labels.forEach((label, example) => {
    const own = counts.get(label) ?? { examples: 0, first: 0, second: 0 };
    counts.set(label, own);
    own.examples += 1;
    if (first.predicted[example] === label) own.first += 1;
    if (second.predicted[example] === label) own.second += 1;
  });
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([label, own]) => ({
      ...{ name: className(names, label), examples: own.examples },
      ...{ first: own.first / own.examples, second: own.second / own.examples },
    }));
}

function requireSame(first: Answers, second: Answers): void {
  if (first.kind === second.kind && exampleCountOf(first) === exampleCountOf(second)) return;
  throw new CrivoError('invalid-input', say('runsOfOtherExamples'));
}

/** What a run's answers tell: by class, and which mistakes. */
import type { AccuracyReport, ClassQuality } from '../../../shared/accuracy.ts';
import type { Answers, BoxAnswers, ClassAnswers } from './answers.ts';
import { averagePrecision } from './average-precision.ts';
import { everyExampleOnce } from './bootstrap.ts';
import { className } from './read-examples.ts';
import { classIou, classScores } from './statistics-of-answers.ts';

/** More classes are no table that anyone reads. */
const mostInMatrix = 60;
const mostMistakes = 50;

/** @param names of the classes, as far as they are known */
export function reportOf(
  answers: Answers,
  names: readonly string[],
): Pick<AccuracyReport, 'classes' | 'confusion' | 'mistakes'> {
  if (answers.kind === 'classes') return classReport(answers, names);
  return { classes: otherClasses(answers, names), confusion: null, mistakes: [] };
}

function classReport(answers: ClassAnswers, names: readonly string[]): ReturnType<typeof reportOf> {
  const { labels, predicted, classes: count } = answers;
  const counts = new Map<string, number>();
  labels.forEach((label, example) => {
    const key = `${label} ${predicted[example]!}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const pairs = [...counts].map(([key, times]) => {
    const [label = 0, answer = 0] = key.split(' ').map(Number);
    return { label, answer, count: times };
  });
  const confusion = count <= mostInMatrix ? new Int32Array(count * count) : null;
  for (const { label, answer, count: times } of pairs) {
    if (confusion !== null && label >= 0 && label < count && answer >= 0) confusion[label * count + answer] = times;
  }
  const byClass = new Map(classScores(answers).map((scores) => [scores.class, scores]));
  const listed = confusion === null ? [...byClass.keys()] : Array.from({ length: count }, (_, at) => at);
  const mistakes = pairs.filter(({ label, answer }) => label !== answer).sort((a, b) => b.count - a.count);
  return {
    confusion,
    classes: listed.map((at): ClassQuality => {
      const { labelled = 0, answered = 0, precision = null, recall = null, f1 = null } = byClass.get(at) ?? {};
      return { name: className(names, at), labelled, answered, precision, recall, f1, overlap: null };
    }),
    mistakes: mistakes.slice(0, mostMistakes).map(({ label, answer, count: times }) => ({
      ...{ label: className(names, label), answer: answer < 0 ? 'NaN' : className(names, answer), count: times },
    })),
  };
}

function otherClasses(answers: Exclude<Answers, ClassAnswers>, names: readonly string[]): ClassQuality[] {
  const blank = { precision: null, recall: null, f1: null };
  if (answers.kind === 'masks') {
    const { classes, labelPixels, predictedPixels, examples } = answers;
    const sum = (values: Float64Array, at: number): number => {
      let total = 0;
      for (let example = 0; example < examples; example += 1) total += values[example * classes + at]!;
      return total;
    };
    return classIou(answers, everyExampleOnce(examples)).map((overlap, at) => ({
      ...{ name: className(names, at), labelled: sum(labelPixels, at), answered: sum(predictedPixels, at) },
      ...{ ...blank, overlap },
    }));
  }
  return answers.kind === 'boxes' ? boxClasses(answers, names) : [];
}

function boxClasses(answers: BoxAnswers, names: readonly string[]): ClassQuality[] {
  const once = everyExampleOnce(answers.examples);
  return Array.from({ length: answers.classes }, (_, at) => {
    let labelled = 0;
    for (let example = 0; example < answers.examples; example += 1)
      labelled += answers.truths[example * answers.classes + at]!;
    const answered = answers.class.filter((detected) => detected === at).length;
    const overlap = averagePrecision(answers, at)(once, 0);
    return { name: className(names, at), labelled, answered, precision: null, recall: null, f1: null, overlap };
  });
}

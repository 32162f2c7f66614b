import type { JudgedTask } from '../../../../shared/dataset.ts';
import type { TensorValues } from '../../ports.ts';
import { levenshtein } from '../levenshtein.ts';
import { readJsonLines } from '../label-lines.ts';
import { largestIndex } from '../metrics.ts';
import { wordsOf } from '../statistics-of-answers.ts';
import { chosenOutput, noOutput, notNumbers } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import type { LabelFile } from './judge-classes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/**
 * Scores [batch, steps, symbols] read by CTC's best path. Spaces around a text are no part of it, as in jiwer's default
 * (`Strip`): a model that reads the empty rest of a line as a space (PP-OCR does) made no mistake. Raises `invalid-dataset`
 * where the labels can't be read.
 */
export async function judgeText(
  { output, alphabet, blank }: Extract<JudgedTask, { kind: 'text' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const expected = await readJsonLines(dataset, path, exampleCount, (value) => String(value).trim());
  const symbols = [...alphabet.slice(0, blank), '', ...alphabet.slice(blank)];
  const texts: string[] = [];
  let broken = 0;
  let found: number | null = null;
  return {
    add: async ({ outputs, real }) => {
      const scores = chosenOutput(outputs, output, ({ shape }) => shape.length === 3 && shape[2]! > 1);
      if (scores === undefined) return;
      const [, steps = 0, count = 0] = scores.shape;
      found = count;
      for (let row = 0; row < real; row += 1) {
        const text = bestPath(scores.values, { from: row * steps * count, steps, count, blank, symbols });
        if (text === null) broken += 1;
        texts.push(text?.trim() ?? '');
      }
    },
    finish: () => {
      if (found === null) return { answers: null, warnings: [noOutput(output, '[batch, steps, symbols]')] };
      const warnings = [
        ...(broken === 0 ? [] : [notNumbers(broken, texts.length)]),
        ...(found === symbols.length
          ? []
          : [say('otherAlphabet', { symbols: found, dataset, alphabet: alphabet.length })]),
      ];
      const characterErrors = Int32Array.from(texts, (text, at) => levenshtein([...text], [...expected[at]!]));
      const wordErrors = Int32Array.from(texts, (text, at) => levenshtein(wordsOf(text), wordsOf(expected[at]!)));
      return { answers: { kind: 'text', expected, texts, characterErrors, wordErrors }, warnings };
    },
  };
}

interface Steps {
  readonly from: number;
  readonly steps: number;
  readonly count: number;
  readonly blank: number;
  readonly symbols: readonly string[];
}

/** The best symbol of each step, repetitions and blanks left out; null where a score is NaN. Graves et al. 2006. */
function bestPath(scores: TensorValues, { from, steps, count, blank, symbols }: Steps): string | null {
  let text = '';
  let last = blank;
  for (let step = 0; step < steps; step += 1) {
    const best = largestIndex(scores, from + step * count, count);
    if (best < 0) return null;
    if (best !== last && best !== blank) text += symbols[best] ?? '\ufffd';
    last = best;
  }
  return text;
}

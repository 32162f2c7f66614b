/** What PP-OCR reads on rendered lines, to the letter, and how spaces count. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeText } from '../../../main/engine/accuracy/evaluate/judge-text.ts';
import { metricsOfAnswers } from '../../../main/engine/accuracy/metrics-of-answers.ts';
import { foreignModels, passWorld } from '../../fixtures/passes.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { lineFeeds, lineTexts, readText } from '../../fixtures/text-lines/read-text-lines.ts';

const { run } = passWorld();

test('the model reads every character, and the empty end of three of the lines as a space', async () => {
  const outputs = await run(foreignModels.recognition, lineFeeds());
  const read = outputs.map((output) => readText(Object.values(output)[0]!));
  expect(read).toEqual(['Half precision 16 ', 'Latency: 12.5 ms ', 'SIEVE THE MODELS', 'batch 64, 2 threads ']);
  expect(read.map((text) => text.trim())).toEqual(lineTexts);
});

/** One-hot scores that spell the texts: symbol 0 is the blank, which stands after each character. */
async function characterErrorRate(expected: string, read: string): Promise<number> {
  const alphabet = [...new Set(expected + read)];
  const classes = alphabet.length + 1;
  const values = new Float32Array(2 * read.length * classes);
  [...read].forEach((character, at) => {
    values[2 * at * classes + alphabet.indexOf(character) + 1] = 1;
    values[(2 * at + 1) * classes] = 1;
  });
  const path = join(temporaryFolder(), 'labels.jsonl');
  writeFileSync(path, JSON.stringify(expected));
  const evaluator = await judgeText(
    { kind: 'text', alphabet, blank: 0 },
    { dataset: 'made up', path, exampleCount: 1 },
  );
  const y = { elementType: 'float32', shape: [1, 2 * read.length, classes], values };
  await evaluator.add({ outputs: { y }, real: 1, first: 0 });
  return metricsOfAnswers(evaluator.finish().answers!, 'made up').find(({ name }) => name === 'cer')!.value;
}

// The values are jiwer.cer's.
test.each([
  ['Half precision 16', 'Half precision 16 ', 0],
  ['Half precision 16', ' Half precision 16', 0],
  ['a b', 'ab', 100 / 3],
  ['a b', 'a  b ', 100 / 3],
])('"%s" read as "%s": %d%% character errors', async (expected, read, rate) => {
  expect(await characterErrorRate(expected, read)).toBeCloseTo(rate, 6);
});

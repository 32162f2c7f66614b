import { expect, test } from 'vitest';
import type { Answers } from '../../../main/engine/accuracy/answers.ts';
import { packAnswers, unpackAnswers } from '../../../main/engine/store/answer-codec.ts';

test('answers are stored small and come back as they were', async () => {
  const labels = Int32Array.from({ length: 10_000 }, (_, at) => at % 10);
  const predicted = labels.map((label, at) => (at % 97 === 0 ? (label + 3) % 10 : label));
  const answers: Answers = {
    kind: 'classes',
    classes: 10,
    labels,
    predicted,
    rank: labels.map((l, at) => (l === predicted[at] ? 0 : 2)),
  };
  const packed = await packAnswers(answers);
  expect(unpackAnswers(packed)).toEqual(answers);
  expect(packed.data.byteLength).toBeLessThan(12_000);
  const texts: Answers = {
    kind: 'text',
    expected: ['olá', '犬'],
    texts: ['ola', ''],
    characterErrors: Int32Array.of(1, 1),
    wordErrors: Int32Array.of(1, 1),
  };
  expect(unpackAnswers(await packAnswers(texts))).toEqual(texts);
});

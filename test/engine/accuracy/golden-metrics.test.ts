/** Every figure against other programs' (see fixtures/metrics/make-fixture.py), from outputs to percent. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JudgedTask } from '../../../shared/dataset.ts';
import { bootstrapInterval, pairedBootstrap } from '../../../main/engine/accuracy/bootstrap.ts';
import { createEvaluator } from '../../../main/engine/accuracy/evaluate/create-evaluator.ts';
import type { Outputs } from '../../../main/engine/accuracy/evaluate/evaluator.ts';
import { mcnemar } from '../../../main/engine/accuracy/mcnemar.ts';
import { metricsOfAnswers } from '../../../main/engine/accuracy/metrics-of-answers.ts';
import type { TensorValues } from '../../../main/engine/ports.ts';
import { rawDataset } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';

interface Golden {
  readonly classes: Record<'labels' | 'scores' | 'other' | 'confusion', number[]> &
    Record<'classes' | 'top1' | 'top1Low' | 'top1High' | 'top5' | 'precision' | 'recall' | 'f1' | 'mcnemar', number>;
  readonly text: { readonly expected: string[]; readonly texts: string[]; readonly cer: number; readonly wer: number };
  readonly masks: {
    readonly labels: number[];
    readonly scores: number[];
    readonly shape: number[];
    readonly miou: number;
    readonly pixelAccuracy: number;
  };
  readonly boxes: Record<'boxes' | 'scores' | 'kinds', number[]> &
    Record<'examples' | 'classes' | 'most' | 'map' | 'map50', number> & { readonly truth: unknown[] };
  readonly values: {
    readonly expected: number[];
    readonly answers: number[];
    readonly r2: number;
    readonly mse: number;
    readonly mae: number;
    readonly cosine: number;
  };
  readonly embeddings: {
    readonly labels: number[];
    readonly vectors: number[];
    readonly length: number;
    readonly recall: Record<string, number>;
    readonly same: number;
    readonly other: number;
  };
  readonly mcnemar: readonly { readonly b: number; readonly c: number; readonly p: number }[];
}
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/metrics/metrics.json'), 'utf8'),
) as Golden;

const folder = mkdtempSync(join(tmpdir(), 'crivo-metrics-'));
afterAll(() => rmSync(folder, { recursive: true }));
let written = 0;
const file = (content: Buffer | string): string => {
  const path = join(folder, `labels-${(written += 1)}`);
  writeFileSync(path, content);
  return path;
};

type Four = readonly [number, number, number, number];
const output = (shape: readonly number[], values: readonly number[]) => ({
  ...{ elementType: 'float32', shape, values: Float32Array.from(values) as TensorValues },
});

/** The figures of outputs that come in two batches, the second padded. */
async function judge(task: JudgedTask, path: string, count: number, outputs: Outputs) {
  const files = { ...rawDataset('none'), target: { task, path } };
  const evaluator = (await createEvaluator(files, count))!;
  const cut = Math.ceil(count / 2) + 1;
  for (const [first, real] of [
    [0, cut],
    [cut, count - cut],
  ] as const) {
    const part = Object.entries(outputs).map(([name, { shape, values, elementType }]) => {
      const each = values.length / count;
      const padded = new Float32Array(cut * each).fill(0.5);
      padded.set(values.subarray(first * each, (first + real) * each) as Float32Array);
      return [name, { elementType, shape: [cut, ...shape.slice(1)], values: padded }] as const;
    });
    await evaluator.add({ outputs: Object.fromEntries(part), real, first });
  }
  const { answers, warnings } = evaluator.finish();
  const metrics = answers === null ? [] : metricsOfAnswers(answers, 'mine');
  return { answers, warnings, metric: (name: string) => metrics.find((metric) => metric.name === name)! };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at));

describe('figures agree with those of other programs to 1e-6', () => {
  test('of classes: scikit-learn', async () => {
    const { labels, scores, classes, ...expected } = golden.classes;
    const path = file(npyBytes('<i8', [labels.length], BigInt64Array.from(labels, BigInt)));
    const task = { kind: 'classes', classNames: names(classes) } as const;
    const judged = await judge(task, path, labels.length, { scores: output([labels.length, classes], scores) });
    expect(judged.warnings).toEqual([]);
    for (const name of ['top1', 'top5', 'precision', 'recall', 'f1'] as const) {
      expect(judged.metric(name).value).toBeCloseTo(expected[name], 6);
      expect(judged.metric(name).low!).toBeLessThan(expected[name]);
      expect(judged.metric(name).high!).toBeGreaterThan(expected[name]);
    }
    expect(judged.metric('top1').low).toBeCloseTo(expected.top1Low, 6);
    expect(judged.metric('top1').high).toBeCloseTo(expected.top1High, 6);
  });

  test('of texts: jiwer', async () => {
    const { expected, texts, cer, wer } = golden.text;
    const alphabet = [...new Set(texts.join(''))];
    const steps = 2 * Math.max(...texts.map((text) => text.length));
    // A blank (symbol 2) after every letter, so that doubled letters stay.
    const scores = texts.flatMap((text) =>
      Array.from({ length: steps }, (_, step) => {
        const symbol = step % 2 === 0 && step / 2 < text.length ? alphabet.indexOf(text[step / 2]!) : null;
        const index = symbol === null ? 2 : symbol < 2 ? symbol : symbol + 1;
        return Array.from({ length: alphabet.length + 1 }, (_, at) => (at === index ? 0.9 : 0.01));
      }).flat(),
    );
    const path = file(expected.map((text) => JSON.stringify(text)).join('\n'));
    const shape = [texts.length, steps, alphabet.length + 1];
    const judged = await judge({ kind: 'text', alphabet, blank: 2 }, path, texts.length, { y: output(shape, scores) });
    expect(judged.answers).toMatchObject({ texts });
    expect(judged.metric('cer').value).toBeCloseTo(cer, 6);
    expect(judged.metric('wer').value).toBeCloseTo(wer, 6);
    expect(judged.metric('line_accuracy').value).toBe(20);
  });

  test('of masks: scikit-learn, ignored pixels left out', async () => {
    const { labels, scores, shape, miou, pixelAccuracy } = golden.masks;
    const [count = 0, classes = 0, height = 0, width = 0] = shape;
    const path = file(npyBytes('|u1', [count, height, width], Uint8Array.from(labels)));
    const task = { kind: 'masks', classNames: names(classes), ignoredClass: 255 } as const;
    const judged = await judge(task, path, count, { y: output(shape, scores) });
    expect(judged.metric('miou').value).toBeCloseTo(miou, 6);
    expect(judged.metric('pixel_accuracy').value).toBeCloseTo(pixelAccuracy, 6);
  });

  test('of boxes: pycocotools', async () => {
    const { truth, boxes, scores, kinds, examples, classes, most, ...expected } = golden.boxes;
    const path = file(truth.map((line) => JSON.stringify(line)).join('\n'));
    const outputs = { boxes: 'boxes', scores: 'scores', classes: 'labels' };
    const judged = await judge({ kind: 'boxes', classNames: names(classes), outputs }, path, examples, {
      boxes: output([examples, most, 4], boxes),
      scores: output([examples, most], scores),
      labels: output([examples, most], kinds),
    });
    expect(judged.metric('map').value).toBeCloseTo(expected.map, 6);
    expect(judged.metric('map50').value).toBeCloseTo(expected.map50, 6);
  });

  const [width, height] = [320, 200];
  test.each([
    ['yxyx', [1, 1], ([a, b, c, d]: Four) => [b, a, d, c]],
    ['xywh', [1, 1], ([a, b, c, d]: Four) => [a, b, c - a, d - b]],
    ['xyxy', [width, height], ([a, b, c, d]: Four) => [a / width, b / height, c / width, d / height]],
    [
      'cxcywh',
      [width, height],
      ([a, b, c, d]: Four) => [(a + c) / 2 / width, (b + d) / 2 / height, (c - a) / width, (d - b) / height],
    ],
  ] as const)('of boxes written as %s in units of %j: the same figures', async (coordinates, unit, write) => {
    const { truth, boxes, scores, kinds, examples, classes, most, map } = golden.boxes;
    const path = file(truth.map((line) => JSON.stringify(line)).join('\n'));
    const written = Array.from({ length: boxes.length / 4 }, (_, at) =>
      write(boxes.slice(4 * at, 4 * at + 4) as unknown as Four),
    ).flat();
    const task = {
      kind: 'boxes',
      classNames: names(classes),
      outputs: { boxes: 'detections', scores: 'confidence', classes: 'kinds' },
    } as const;
    const answers = {
      detections: output([examples, most, 4], written),
      confidence: output([examples, most], scores),
      kinds: output([examples, most], kinds),
    };
    const judged = await judge({ ...task, layout: { coordinates, unit } }, path, examples, answers);
    expect(judged.metric('map').value).toBeCloseTo(map, 6);
    const misread = await judge(task, path, examples, answers);
    expect(Math.abs(misread.metric('map').value - map)).toBeGreaterThan(1);
  });

  /** Six numbers for each detection: its box, its score, its class. */
  const inColumns = ({ boxes, scores, kinds }: Golden['boxes']): number[] =>
    scores.flatMap((score, at) => [...boxes.slice(4 * at, 4 * at + 4), score, kinds[at]!]);

  test('of boxes in one output with scores and classes: the same figures', async () => {
    const { truth, examples, classes, most, map, map50 } = golden.boxes;
    const path = file(truth.map((line) => JSON.stringify(line)).join('\n'));
    const task: JudgedTask = { kind: 'boxes', classNames: names(classes), outputs: { detections: 'found' } };
    const found = inColumns(golden.boxes);
    const judged = await judge(task, path, examples, { found: output([examples, most, 6], found) });
    expect(judged.metric('map').value).toBeCloseTo(map, 6);
    expect(judged.metric('map50').value).toBeCloseTo(map50, 6);
    const narrow = await judge(task, path, examples, { found: output([examples, most, 4], golden.boxes.boxes) });
    expect(narrow).toMatchObject({
      answers: null,
      warnings: ['Accuracy was not measured: the model has no output "found" of the shape [batch, n, 6].'],
    });
  });

  test.each([
    ['three outputs', { boxes: 'boxes', scores: 'scores', classes: 'labels' }],
    ['one output', { detections: 'found' }],
  ] as const)('of boxes in %s without the axis of the batch: the same figures', async (_, outputs) => {
    const { truth, boxes, scores, kinds, examples, classes, most, map } = golden.boxes;
    const path = file(truth.map((line) => JSON.stringify(line)).join('\n'));
    const target = { task: { kind: 'boxes', classNames: names(classes), outputs } as const, path };
    const begun = async () => (await createEvaluator({ ...rawDataset('none'), target }, examples))!;
    const batch = (at: number, width: number, values: readonly number[]) =>
      output(width === 1 ? [most] : [most, width], values.slice(at * most * width, (at + 1) * most * width));
    const evaluator = await begun();
    const one = (at: number): Outputs => ({
      boxes: batch(at, 4, boxes),
      scores: batch(at, 1, scores),
      labels: batch(at, 1, kinds),
      found: batch(at, 6, inColumns(golden.boxes)),
    });
    for (let at = 0; at < examples; at += 1) await evaluator.add({ outputs: one(at), real: 1, first: at });
    const { answers } = evaluator.finish();
    expect(metricsOfAnswers(answers!, 'mine').find(({ name }) => name === 'map')!.value).toBeCloseTo(map, 6);
    // Of a batch of two nobody can tell whose they are.
    const mixed = await begun();
    await mixed.add({ outputs: one(0), real: 2, first: 0 });
    expect(mixed.finish().answers).toBeNull();
  });

  test('of values: scikit-learn', async () => {
    const { expected, answers, r2, mse, mae, cosine } = golden.values;
    const path = file(npyBytes('<f8', [20, 6], Float64Array.from(expected)));
    const judged = await judge({ kind: 'values' }, path, 20, { y: output([20, 6], answers) });
    expect(judged.metric('r2').value).toBeCloseTo(r2, 6);
    expect(judged.metric('mse').value).toBeCloseTo(mse, 6);
    expect(judged.metric('mae').value).toBeCloseTo(mae, 6);
    expect(judged.metric('label_cosine').value).toBeCloseTo(cosine, 6);
  });

  test('of embeddings: scikit-learn', async () => {
    const { labels, vectors, length, recall, same, other } = golden.embeddings;
    const path = file(npyBytes('<i8', [labels.length], BigInt64Array.from(labels, BigInt)));
    const task: JudgedTask = { kind: 'embeddings', classNames: [] };
    const judged = await judge(task, path, labels.length, { y: output([labels.length, length], vectors) });
    for (const k of ['1', '5', '10']) expect(judged.metric(`recall_at_${k}`).value).toBeCloseTo(recall[k]!, 6);
    expect(judged.metric('cosine_same').value).toBeCloseTo(same, 6);
    expect(judged.metric('cosine_other').value).toBeCloseTo(other, 6);
  });

  test.each(golden.mcnemar)('of McNemar $b : $c: statsmodels', ({ b, c, p }) => {
    expect(mcnemar(b, c).pValue).toBeCloseTo(p, 9);
  });
});

describe('what can not be judged', () => {
  const labels = (values: readonly number[]): string =>
    file(npyBytes('<i8', [values.length], BigInt64Array.from(values, BigInt)));
  const task = { kind: 'classes', classNames: names(3) } as const;

  test('NaN outputs count as wrong, and are counted', async () => {
    const scores = [NaN, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0];
    const judged = await judge(task, labels([0, 1, 2, 0]), 4, { y: output([4, 3], scores) });
    expect(judged.metric('top1').value).toBe(75);
    expect(judged.warnings).toEqual(['The outputs of 1 of 4 examples hold NaN; they count as wrong.']);
  });

  test('labels outside the classes, and another number of classes', async () => {
    const scores = [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0];
    const outside = await judge(task, labels([0, 7, 0, -1]), 4, { y: output([4, 3], scores) });
    expect(outside.metric('top1').value).toBe(50);
    expect(outside.warnings).toEqual([
      "2 labels of mine lie outside the model's 3 classes and count as wrong; check the dataset.",
    ]);
    const named = { kind: 'classes', classNames: names(5) } as const;
    expect((await judge(named, labels([0, 1, 0, 2]), 4, { y: output([4, 3], scores) })).warnings).toEqual([
      'mine names 5 classes, but the model scores 3; check that they belong together.',
    ]);
  });

  test('a wrong number of labels, and outputs of another shape', async () => {
    await expect(judge(task, labels([0, 1]), 4, {})).rejects.toMatchObject({
      kind: 'invalid-dataset',
      message: 'The dataset mine has 4 examples but labels of the shape [2]; give one label for each.',
    });
    const judged = await judge(task, labels([0, 1, 2, 0]), 4, { y: output([4, 3, 2], new Array<number>(24).fill(0)) });
    expect(judged.answers).toBeNull();
    expect(judged.warnings).toEqual([
      'Accuracy was not measured: the model has no output of the shape [batch, classes].',
    ]);
  });
});

describe('intervals', () => {
  test('of a mean by bootstrap are those of the normal theory, within their own noise', () => {
    const values = Float64Array.from({ length: 400 }, (_, at) => Math.sin(at * 12.9898) * 3);
    const mean = (weights: Float64Array): number =>
      weights.reduce((sum, weight, at) => sum + weight * values[at]!, 0) / 400;
    const centre = mean(new Float64Array(400).fill(1));
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 400);
    const { low, high } = bootstrapInterval(400, mean)!;
    const half = (1.96 * deviation) / Math.sqrt(400);
    expect((high - low) / 2 / half).toBeGreaterThan(0.88);
    expect((high - low) / 2 / half).toBeLessThan(1.12);
    expect(Math.abs((high + low) / 2 - centre)).toBeLessThan(0.15 * half);
    expect(bootstrapInterval(1, mean)).toBeNull();
  });

  test('of a paired difference leave out what both have in common', () => {
    const common = Float64Array.from({ length: 300 }, (_, at) => 10 * Math.sin(at * 78.233));
    const effect =
      (size: number) =>
      (weights: Float64Array): number =>
        weights.reduce((sum, weight, at) => sum + weight * (common[at]! + size + 0.1 * Math.cos(at) - common[at]!), 0) /
        300;
    const found = pairedBootstrap(300, effect(0.05))!;
    expect(found.low).toBeGreaterThan(0);
    expect(found.pValue).toBeLessThanOrEqual(0.002);
    const none = pairedBootstrap(300, effect(0))!;
    expect(none.low).toBeLessThan(0);
    expect(none.high).toBeGreaterThan(0);
    expect(none.pValue).toBeGreaterThan(0.05);
  });
});

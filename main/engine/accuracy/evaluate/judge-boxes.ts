import { z } from 'zod';
import type { JudgedTask } from '../../../../shared/dataset.ts';
import { iouThresholds } from '../answers.ts';
import type { Box } from '../box-corners.ts';
import { readJsonLines } from '../label-lines.ts';
import { noOutput, notNumbers } from './evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import type { LabelFile } from './judge-classes.ts';
import { detectionShapes, readDetections } from './read-detections.ts';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
/** What a line of labels holds: the boxes of one example, x0, y0, x1, y1 in pixels of the input. */
const boxLabelsSchema = z.array(z.strictObject({ class: z.int().min(0), box }));

/** COCO's: the best-scored of each example and class. */
const mostDetections = 100;

/** Boxes with scores and classes, matched as COCO does. Lin et al. 2014, pycocotools/cocoeval.py `evaluateImg`. */
export async function judgeBoxes(
  { outputs: names, classNames, layout }: Extract<JudgedTask, { kind: 'boxes' }>,
  { dataset, path, exampleCount }: LabelFile,
): Promise<Evaluator> {
  const labels = await readJsonLines(dataset, path, exampleCount, (value) => boxLabelsSchema.parse(value));
  const classes = classNames.length;
  const truths = new Int32Array(exampleCount * classes);
  labels.forEach((boxes, example) => {
    for (const { class: at } of boxes) if (at < classes) truths[example * classes + at]! += 1;
  });
  const found = { example: [] as number[], class: [] as number[], score: [] as number[], matched: [] as number[] };
  let seen = 0;
  let broken = 0;
  return {
    add: async ({ outputs, real, first }) => {
      const rows = readDetections(outputs, names, layout, real);
      if (rows === null) return;
      for (const [row, detections] of rows.entries()) {
        const example = first + row;
        if (detections.some(({ score, box: [a, b, c, d] }) => Number.isNaN(score + a + b + c + d))) broken += 1;
        for (let at = 0; at < classes; at += 1) {
          const own = detections
            .filter((detection) => detection.class === at && detection.score > 0)
            .sort((a, b) => b.score - a.score)
            .slice(0, mostDetections);
          const wanted = labels[example]!.filter((label) => label.class === at).map((label) => label.box);
          const matched = matchBoxes(
            own.map((detection) => detection.box),
            wanted,
          );
          own.forEach(({ score }, index) => {
            found.example.push(example);
            found.class.push(at);
            found.score.push(score);
            found.matched.push(matched[index]!);
          });
        }
      }
      seen += real;
    },
    finish: () => {
      if (seen === 0) {
        const missing = Object.values(names).join('", "');
        return { answers: null, warnings: [noOutput(missing, detectionShapes(names))] };
      }
      return {
        answers: {
          ...{ kind: 'boxes', classes, examples: exampleCount, truths },
          example: Int32Array.from(found.example),
          class: Int32Array.from(found.class),
          score: Float64Array.from(found.score),
          matched: Int32Array.from(found.matched),
        },
        warnings: broken === 0 ? [] : [notNumbers(broken, seen)],
      };
    },
  };
}

/** For each detection (best score first) a bit for each threshold at which it takes a box that none before took. */
function matchBoxes(detections: readonly Box[], wanted: readonly Box[]): number[] {
  const matched = detections.map(() => 0);
  const overlaps = detections.map((detection) => wanted.map((label) => intersectionOverUnion(detection, label)));
  iouThresholds.forEach((threshold, bit) => {
    const taken = new Set<number>();
    detections.forEach((_, at) => {
      let best = -1;
      let least = Math.min(threshold, 1 - 1e-10);
      wanted.forEach((_label, label) => {
        if (taken.has(label) || overlaps[at]![label]! < least) return;
        least = overlaps[at]![label]!;
        best = label;
      });
      if (best < 0) return;
      taken.add(best);
      matched[at]! |= 1 << bit;
    });
  });
  return matched;
}

/** 0–1. */
function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  const area = ([x0, y0, x1, y1]: Box): number => (x1 - x0) * (y1 - y0);
  return both / (area(a) + area(b) - both);
}

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../../../../main/engine/accuracy/dataset.ts';
import { readClassLabels } from '../../../../main/engine/accuracy/class-labels.ts';
import { largestIndex } from '../../../../main/engine/accuracy/metrics.ts';
import { digits } from '../../../fixtures/cells.ts';
import { passWorld } from '../../../fixtures/passes.ts';
import { realModels, sourceJobs } from '../../../fixtures/real-models.ts';
import { temporaryFolder } from '../../../fixtures/temporary-store.ts';

const world = passWorld();

/** Top-1 on the 1,000 test digits, percent. */
async function accuracyOf(model: string): Promise<number> {
  const slot = { name: 'image', elementType: 'float32', shape: [1_000, 1, 28, 28] };
  const dataset = await openDataset(digits, [slot]);
  const { inputs } = await dataset.batch(0);
  await dataset.close();
  const labels = await readClassLabels('digits', digits.target!.path, 1_000);
  const [outputs] = await world.run(model, [inputs]);
  const { values } = Object.values(outputs!)[0]!;
  return labels.filter((label, index) => largestIndex(values, index * 10, 10) === label).length / 10;
}

async function pruned(modelPath: string, ratio: number, repair: string) {
  const { modelPath: made, report } = await sourceJobs().run('make-variant', {
    ...{ modelPath, dataset: digits, isa: [], folder: mkdtempSync(join(temporaryFolder(), 'variant-')) },
    recipe: { name: 'pruned', passes: [{ pass: 'normalize' }, { pass: 'prune-channels', options: { ratio, repair } }] },
  });
  return { accuracy: await accuracyOf(made), figures: report.passes[1]!.figures };
}

describe('digits, repaired on 200 calibration images', () => {
  const { resnet, mobilenet, squeezenet } = realModels;
  test.each(Object.entries({ resnet, mobilenet, squeezenet }))('%s', { timeout: 300_000 }, async (_, path) => {
    const before = await accuracyOf(path);
    for (const [ratio, points] of [
      [0.3, 1],
      [0.5, 4],
    ] as const) {
      const plain = await pruned(path, ratio, 'none');
      const repaired = await pruned(path, ratio, 'least-squares');
      const figure = (name: string): number => Number(repaired.figures[name]);
      expect(1 - figure('macs_after') / figure('macs_before')).toBeGreaterThanOrEqual(ratio);
      expect(before - repaired.accuracy, `${ratio} of the arithmetic, repaired`).toBeLessThanOrEqual(points);
      expect(repaired.accuracy, `${ratio} of the arithmetic`).toBeGreaterThan(plain.accuracy + 10);
      expect(figure('repair_error_after')).toBeLessThan(figure('repair_error_before'));
    }
  });
});

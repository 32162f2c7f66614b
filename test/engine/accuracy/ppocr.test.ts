/** PP-OCR from imported lines to its character error rate, and whether variants of its detection find the same boxes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../main/engine/ports.ts';
import type { TensorValue } from '../../../main/engine/ports.ts';
import { createDatasets } from '../../../main/engine/accuracy/datasets.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import { briefMeasure, cellRequest, sourceRunner } from '../../fixtures/cells.ts';
import { jobsHere } from '../../fixtures/jobs-here.ts';
import { feedsSource, foreignModels, passWorld } from '../../fixtures/passes.ts';
import { writeTextLines } from '../../fixtures/pictures.ts';
import { handClock, temporaryFolder } from '../../fixtures/temporary-store.ts';
import { pageFeed } from '../../fixtures/text-lines/read-text-lines.ts';
import { boxesOf, intersectionOverUnion } from '../../fixtures/text-boxes.ts';

const world = passWorld();

test('a cell reads imported lines and tells its character error rate: one wrong letter of 68', async () => {
  const [folder, dataFolder] = [temporaryFolder(), temporaryFolder()];
  await writeTextLines(folder);
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, readFileSync(labels, 'utf8').replace('SIEVE THE MODELS', 'SIEVE THE MODELZ'));
  const store = openStore({ folder: dataFolder, clock: handClock(), logger: silentLogger });
  const datasets = createDatasets({
    ...{ bundled: [], store: store.datasets, jobs: jobsHere, clock: handClock(), publish: () => {} },
    ...{ dataFolder, workFolder: temporaryFolder() },
  });
  const alphabet = join(foreignModels.recognition, '../ppocr_keys_v1.txt');
  await datasets.add({ paths: [folder], name: 'lines', preparation: 'ppocr-recognition', task: 'text', alphabet });
  const { measurement } = await sourceRunner().measure(
    cellRequest(
      { inputShapes: { x: [1, 3, 48, 320] }, measure: { ...briefMeasure, minSamples: 5 } },
      { modelPath: foreignModels.recognition, dataset: datasets.get('lines')!.files },
    ),
  );
  const rate = measurement.quality.find(({ name }) => name === 'cer')!;
  expect(rate.examples).toBe(4);
  expect(rate.value).toBeCloseTo(100 / 68, 6);
});

test('half precision of PP-OCR detection finds the boxes that float32 finds; plain 8 bits lose some', async () => {
  const boxes = async (model: Parameters<typeof world.run>[0]) => {
    const [outputs] = await world.run(model, [pageFeed()]);
    return boxesOf(Object.values(outputs!)[0] as TensorValue);
  };
  const expected = await boxes(foreignModels.detection);
  expect(expected.length).toBeGreaterThan(2);
  const agreement = async (model: Parameters<typeof world.run>[0]): Promise<number> => {
    const found = await boxes(model);
    const agreed = expected.filter((box) => found.some((other) => intersectionOverUnion(box, other) > 0.9));
    return agreed.length / Math.max(expected.length, found.length);
  };
  const normalized = (await world.apply('normalize', foreignModels.detection)).graph.model;
  expect(await agreement((await world.apply('convert-to-float16', normalized)).graph.model)).toBe(1);
  const options = { floatIslands: false, calibrationCount: 1 };
  const eightBits = await world.apply('quantize-static', normalized, options, feedsSource([pageFeed()]));
  expect(await agreement(eightBits.graph.model)).toBeLessThan(1);
});
